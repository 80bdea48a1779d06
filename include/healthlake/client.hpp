// The blocking client: one method per operation, for programs without an event loop.
//
// Rules: it drives the machines of flow/ over a Transport and a Signer, and adds no rules of its own. It keeps
// references to the transport, signer and runtime, and owns the session that its calls share. Not thread-safe; give
// each thread its own client.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "healthlake/drive.hpp"
#include "healthlake/flow/call.hpp"
#include "healthlake/flow/observer.hpp"
#include "healthlake/flow/pager.hpp"
#include "healthlake/flow/waiter.hpp"
#include "healthlake/http/endpoint.hpp"
#include "healthlake/http/transport.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/sign/credentials_source.hpp"
#include "healthlake/sign/signer.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// The endpoint, the credentials and the call options of a client.
struct ClientOptions {
  /// The region of the credential scope, and of the endpoint unless `endpoint` is set.
  std::string region{};
  /// What requests are signed with; not used if the client has a source. Without them, SigV4 ends every call with a
  /// SetupError.
  Credentials credentials{};
  /// From `resolve_endpoint`; if omitted, that of the region. If there is none, every call returns a SetupError.
  Endpoint endpoint{};
  /// Retries, timeout, validation and decoding of every call, wait and list of the client.
  CallOptions call{};
};

/// A callback that takes a T const& and may return a bool: whether to go on.
template <class F, class T>
concept Watcher = std::invocable<F&, T const&> && (std::same_as<std::invoke_result_t<F&, T const&>, void> ||
                                                   std::same_as<std::invoke_result_t<F&, T const&>, bool>);

namespace detail {
template <class T, Watcher<T> F>
bool goes_on(F& callback, T const& what) {
  if constexpr (std::same_as<std::invoke_result_t<F&, T const&>, bool>) return callback(what);
  else return callback(what), true;
}
}  // namespace detail

namespace detail {
// What a Client signs with besides its options: nothing, or a source and what it provided last.
template <class C>
struct SourceOf {};
template <CredentialsSource C>
struct SourceOf<C> {
  C& source;
  std::string access_key_id{};
  // For the next step, if they were provided late.
  std::optional<Credentials> ready{};
  // Whether it provided none when it was last asked.
  bool failed = false;
};
// What observes a Client: nothing, or an observer.
template <class O>
struct ObserverOf {};
template <Observer O>
struct ObserverOf<O> {
  O& observer;
};
}  // namespace detail

/// A client over a transport, a signer and a runtime, all of which must outlive it. It signs with the credentials of
/// its options, or with those of a CredentialsSource, which is asked before each attempt and must outlive it too. Its
/// calls, waits and lists can be observed by an Observer (include flow/observe.hpp), which must also outlive it.
template <Transport T, Signer S, Runtime R, class C = Credentials, class O = NoObserver>
  requires((std::same_as<C, Credentials> || CredentialsSource<C>) && (std::same_as<O, NoObserver> || Observer<O>))
class Client {
  static constexpr bool observed = !std::same_as<O, NoObserver>;

 public:
  /// Signs with ClientOptions::credentials.
  Client(T& transport, S& signer, R& runtime, ClientOptions options)
    requires(std::same_as<C, Credentials> && std::same_as<O, NoObserver>)
      : transport_(transport), signer_(signer), runtime_(runtime), options_(std::move(options)) {
    find_endpoint();
  }
  /// `source` takes the place of ClientOptions::credentials. If the service refuses what it provided
  /// (`refused_credentials`), it is told, so that the next attempt has others. A wait that had credentials before
  /// treats a source without any like a service that cannot be reached. The time that the source takes is a part of
  /// that of the call or the wait, which sends nothing if none is left; the source is not interrupted.
  Client(T& transport, S& signer, R& runtime, ClientOptions options, C& source)
    requires(CredentialsSource<C> && std::same_as<O, NoObserver>)
      : transport_(transport), signer_(signer), runtime_(runtime), options_(std::move(options)), source_{source} {
    find_endpoint();
  }
  /// Reports each call, wait and list to `observer`, which must outlive the client (flow/observe.hpp).
  Client(T& transport, S& signer, R& runtime, ClientOptions options, O& observer)
    requires(std::same_as<C, Credentials> && Observer<O>)
      : transport_(transport), signer_(signer), runtime_(runtime), options_(std::move(options)), observer_{observer} {
    find_endpoint();
  }
  /// With both.
  Client(T& transport, S& signer, R& runtime, ClientOptions options, C& source, O& observer)
    requires(CredentialsSource<C> && Observer<O>)
      : transport_(transport),
        signer_(signer),
        runtime_(runtime),
        options_(std::move(options)),
        source_{source},
        observer_{observer} {
    find_endpoint();
  }
  Client(Client const&) = delete;
  Client& operator=(Client const&) = delete;

  /// Calls an operation: validates the input, signs and sends the request, retries, and decodes the response. Returns
  /// errors of every kind.
  template <Operation Op>
  typename Call<Op>::Outcome call(typename Op::Input const& input) {
    typename Call<Op>::Outcome outcome{Response<typename Op::Output>{}};
    if (auto failed = run(operation_info<Op>, &input, detail::extras_of<Op>, &outcome->output, outcome->metadata))
      outcome = Unexpected{std::move(*failed)};
    return outcome;
  }

  /// Creates a data store. It is CREATING at first; wait for FHIRDatastoreActive before using it.
  auto create_fhir_datastore(CreateFHIRDatastore::Input const& input) { return call<CreateFHIRDatastore>(input); }
  /// Returns the properties of a data store.
  auto describe_fhir_datastore(DescribeFHIRDatastore::Input const& input) { return call<DescribeFHIRDatastore>(input); }
  /// Lists the data stores of the account that match the filter: one page; `pages` reads all pages.
  auto list_fhir_datastores(ListFHIRDatastores::Input const& input) { return call<ListFHIRDatastores>(input); }
  /// Updates the name or the configuration of a data store.
  auto update_fhir_datastore(UpdateFHIRDatastore::Input const& input) { return call<UpdateFHIRDatastore>(input); }
  /// Restores a data store with backup enabled to a point in time, as a new data store, which is CREATING at first.
  auto restore_fhir_datastore(RestoreFHIRDatastore::Input const& input) { return call<RestoreFHIRDatastore>(input); }
  /// Deletes a data store and everything in it. The data store is DELETING at first.
  auto delete_fhir_datastore(DeleteFHIRDatastore::Input const& input) { return call<DeleteFHIRDatastore>(input); }
  /// Starts an import of files from S3 into a data store.
  auto start_fhir_import_job(StartFHIRImportJob::Input const& input) { return call<StartFHIRImportJob>(input); }
  /// Returns the properties of an import job, its status among them.
  auto describe_fhir_import_job(DescribeFHIRImportJob::Input const& input) {
    return call<DescribeFHIRImportJob>(input);
  }
  /// Lists the import jobs of a data store: one page; `pages` reads all pages.
  auto list_fhir_import_jobs(ListFHIRImportJobs::Input const& input) { return call<ListFHIRImportJobs>(input); }
  /// Starts an export of a data store.
  auto start_fhir_export_job(StartFHIRExportJob::Input const& input) { return call<StartFHIRExportJob>(input); }
  /// Returns the properties of an export job, its status among them.
  auto describe_fhir_export_job(DescribeFHIRExportJob::Input const& input) {
    return call<DescribeFHIRExportJob>(input);
  }
  /// Lists the export jobs of a data store that match the filters: one page; `pages` reads all pages.
  auto list_fhir_export_jobs(ListFHIRExportJobs::Input const& input) { return call<ListFHIRExportJobs>(input); }
  /// Adds tags to a data store or a profile; a tag with the same key is replaced.
  auto tag_resource(TagResource::Input const& input) { return call<TagResource>(input); }
  /// Removes tags from a data store or a profile.
  auto untag_resource(UntagResource::Input const& input) { return call<UntagResource>(input); }
  /// Lists the tags of a data store or a profile.
  auto list_tags_for_resource(ListTagsForResource::Input const& input) { return call<ListTagsForResource>(input); }
  /// Creates a profile that defines how files of one format are transformed into FHIR resources.
  auto create_data_transformation_profile(CreateDataTransformationProfile::Input const& input) {
    return call<CreateDataTransformationProfile>(input);
  }
  /// Replaces the mapping of a profile's draft.
  auto update_data_transformation_profile(UpdateDataTransformationProfile::Input const& input) {
    return call<UpdateDataTransformationProfile>(input);
  }
  /// Publishes a profile's draft as a numbered version that jobs can use.
  auto publish_data_transformation_profile(PublishDataTransformationProfile::Input const& input) {
    return call<PublishDataTransformationProfile>(input);
  }
  /// Returns a profile with its mapping.
  auto get_data_transformation_profile(GetDataTransformationProfile::Input const& input) {
    return call<GetDataTransformationProfile>(input);
  }
  /// Deletes a profile and all its versions.
  auto delete_data_transformation_profile(DeleteDataTransformationProfile::Input const& input) {
    return call<DeleteDataTransformationProfile>(input);
  }
  /// Lists the profiles for one source format: one page; `pages` reads all pages.
  auto list_data_transformation_profiles(ListDataTransformationProfiles::Input const& input) {
    return call<ListDataTransformationProfiles>(input);
  }
  /// Lists the versions of a profile: one page; `pages` reads all pages.
  auto list_data_transformation_profile_versions(ListDataTransformationProfileVersions::Input const& input) {
    return call<ListDataTransformationProfileVersions>(input);
  }
  /// Sends a message to the agent that edits a profile in a conversation.
  auto update_profile_with_agent(UpdateProfileWithAgent::Input const& input) {
    return call<UpdateProfileWithAgent>(input);
  }
  /// Starts a job that transforms files in S3 into FHIR resources in S3.
  auto start_data_transformation_job(StartDataTransformationJob::Input const& input) {
    return call<StartDataTransformationJob>(input);
  }
  /// Returns the properties of a transformation job, its status among them.
  auto describe_data_transformation_job(DescribeDataTransformationJob::Input const& input) {
    return call<DescribeDataTransformationJob>(input);
  }
  /// Lists transformation jobs: one page; `pages` reads all pages.
  auto list_data_transformation_jobs(ListDataTransformationJobs::Input const& input) {
    return call<ListDataTransformationJobs>(input);
  }

  /// Waits for `W`, for example FHIRExportJobCompleted. `on_poll` is called with the Response of each successful
  /// poll, `on_trouble` with the Error of each failed poll that does not end the wait. If either returns false, the
  /// wait ends as cancelled. A setup error (from the signer, for example) ends the wait as call_failed.
  template <WaiterShape W, Watcher<Response<typename W::Operation::Output>> OnPoll, Watcher<Error> OnTrouble>
  typename Waiter<W>::Outcome wait(typename W::Operation::Input input, WaitOptions options, OnPoll on_poll,
                                   OnTrouble on_trouble) {
    Waiter<W> waiter{std::move(input), options_.endpoint, session_, Entropy{runtime_}, options_.call, options};
    auto&& machine = watch(waiter);
    unsigned answers = 0;
    unsigned troubles = 0;
    auto const tell = [&] {
      bool go_on = true;
      if (machine.answers() != std::exchange(answers, machine.answers()))
        go_on = detail::goes_on(on_poll, *machine.last());
      if (machine.troubles() != std::exchange(troubles, machine.troubles())) {
        note(*machine.trouble());
        go_on = detail::goes_on(on_trouble, *machine.trouble()) && go_on;
      }
      if (!go_on) machine.cancel();
      return go_on;
    };
    while (auto const step = machine.ask(runtime_.now())) {
      // A poll may also end for want of time, without a reply.
      if (!tell()) continue;
      if (auto error = take(machine, *step)) {
        if (goes_on_without(machine, *error)) continue;
        if constexpr (observed) machine.fail(*error);
        // The last response and the number of polls are kept.
        machine.cancel();
        auto outcome = machine.result();
        outcome.end = WaitEnd::call_failed;
        outcome.error = std::move(*error);
        return outcome;
      }
      tell();
    }
    return machine.result();
  }
  /// The same without `on_trouble`: polls that fail without ending the wait are not reported.
  template <WaiterShape W, Watcher<Response<typename W::Operation::Output>> OnPoll>
  typename Waiter<W>::Outcome wait(typename W::Operation::Input input, WaitOptions options, OnPoll on_poll) {
    return wait<W>(std::move(input), options, std::move(on_poll), [](Error const&) {});
  }
  /// The same without callbacks.
  template <WaiterShape W>
  typename Waiter<W>::Outcome wait(typename W::Operation::Input input, WaitOptions options) {
    return wait<W>(std::move(input), options, [](auto const&) {});
  }
  /// The same with the delay and the number of polls of the service model, which are too few for most jobs.
  template <WaiterShape W>
  typename Waiter<W>::Outcome wait(typename W::Operation::Input input) {
    return wait<W>(std::move(input), WaitOptions{});
  }

  /// Reads all pages of a list. `on_page` takes each Response and returns whether to continue. The result is the number
  /// of pages read, or the error that ended the list.
  template <Paginated Op, class OnPage>
    requires std::predicate<OnPage&, Response<typename Op::Output>&&>
  typename Pager<Op>::Outcome pages(typename Op::Input input, OnPage on_page) {
    Pager<Op> pager{std::move(input), options_.endpoint, session_, Entropy{runtime_}, options_.call};
    auto&& machine = watch(pager);
    std::uint64_t seen = 0;
    for (;;) {
      auto step = machine.next(runtime_.now());
      if (auto* page = std::get_if<Page<typename Op::Output>>(&step)) {
        ++seen;
        if (!on_page(std::move(page->response))) {
          if constexpr (observed) machine.stop();
          return seen;
        }
      } else if (auto* done = std::get_if<Done<typename Pager<Op>::Outcome>>(&step)) {
        if (!done->result) note(done->result.error());
        return std::move(done->result);
      } else if (auto error = take(machine, step)) {
        if constexpr (observed) machine.fail(*error);
        return Unexpected{std::move(*error)};
      }
    }
  }

  /// Sets the credentials for all further calls, for credentials that expire.
  void set_credentials(Credentials credentials)
    requires std::same_as<C, Credentials>
  {
    options_.credentials = std::move(credentials);
  }
  /// What the client was constructed with, with the credentials that were set last.
  [[nodiscard]] ClientOptions const& options() const noexcept { return options_; }
  /// The retry quota and the clock skew that this client's calls share.
  [[nodiscard]] Session& session() noexcept { return session_; }

 private:
  // The machine as it is driven: itself, or with the observer.
  template <class Machine, class... Operation>
  decltype(auto) watch(Machine& machine, [[maybe_unused]] Operation const&... operation) {
    if constexpr (CredentialsSource<C>) source_.ready.reset();
    if constexpr (observed) return Observed<Machine&, O>{machine, observer_.observer, operation...};
    else return (machine);
  }

  // Returns the error of the call; nullopt after a success, which is in `output` and `metadata`.
  std::optional<Error> run(OperationInfo const& operation, void const* input, detail::Extras const& extras,
                           void* output, ResponseMetadata& metadata) {
    detail::CallMachine machine{operation,         input,         options_.endpoint, session_,
                                Entropy{runtime_}, options_.call, std::move(spare_), extras};
    detail::AnyCall any_call{machine, output, metadata};
    auto&& call = watch(any_call, operation);
    std::optional<Error> failed;
    while (!failed) {
      auto const step = call.ask(runtime_.now());
      if (!step) break;
      failed = take(call, *step);
    }
    machine.give_request(spare_);
    if (failed) {
      machine.annotate(*failed, false);
      if constexpr (observed) call.fail(*failed);
    } else if (Error* const error = machine.take()) {
      failed = std::move(*error);
    }
    if (failed) note(*failed);
    return failed;
  }

  void find_endpoint() {
    if (!options_.endpoint.authority.empty()) return;
    auto resolved = resolve_endpoint({.region = options_.region});
    if (resolved) options_.endpoint = std::move(*resolved);
    else no_endpoint_ = std::move(resolved.error());
  }

  template <class Machine, class AnyStep>
  std::optional<Error> take(Machine& machine, AnyStep const& step) {
    if (no_endpoint_ && std::holds_alternative<Send>(step)) return *no_endpoint_;
    if constexpr (CredentialsSource<C>) {
      if (std::holds_alternative<Send>(step)) {
        if (!source_.ready) {
          Timestamp const asked = runtime_.now();
          auto keys = source_.source.get();
          source_.failed = !keys;
          if (!keys) return std::move(keys.error());
          source_.access_key_id = keys->access_key_id;
          source_.ready = std::move(*keys);
          // The time that it took is missing in the step: the machine has another one, or no time left.
          if (runtime_.now() != asked) return std::nullopt;
        }
        auto const keys = *std::exchange(source_.ready, std::nullopt);
        return take_step(machine, step, transport_, signer_, runtime_, keys, options_.region);
      }
    }
    return take_step(machine, step, transport_, signer_, runtime_, options_.credentials, options_.region);
  }

  // Tells the source if its credentials were refused.
  void note([[maybe_unused]] Error const& error) {
    if constexpr (CredentialsSource<C>)
      if (refused_credentials(error)) source_.source.reject(source_.access_key_id);
  }

  // Whether a wait bears that the source has no credentials: its machine then takes it for an attempt that did not
  // reach the service.
  template <class Machine>
  bool goes_on_without([[maybe_unused]] Machine& machine, [[maybe_unused]] Error const& error) {
    if constexpr (CredentialsSource<C>) {
      if (!source_.failed || source_.access_key_id.empty() || error.cancelled()) return false;
      machine.receive(Unexpected{TransportError{TransportReason::connect_failed, to_string(error), false}},
                      runtime_.now());
      return true;
    } else {
      return false;
    }
  }

  T& transport_;
  S& signer_;
  R& runtime_;
  ClientOptions options_;
  [[no_unique_address]] detail::SourceOf<C> source_;
  [[no_unique_address]] detail::ObserverOf<O> observer_;
  std::optional<Error> no_endpoint_;
  Session session_;
  // The previous call's request, kept for its memory.
  HttpRequest spare_;
};

}  // namespace HEALTHLAKE_NAMESPACE
