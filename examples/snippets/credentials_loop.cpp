// Credentials in an event loop: two users share a cache, one of them gets the request to send. This program plays the
// container's endpoint, its environment and the clock.
#include <cstdio>

#include "healthlake/credentials/cached.hpp"
#include "healthlake/credentials/container.hpp"
#include "no_system.hpp"
using namespace healthlake;

int main() {
  NoSystem system;
  auto random = [state = std::uint64_t{1}]() mutable { return state *= 6364136223846793005u; };
  ContainerPlan const plan{.relative_uri = "/v2/credentials/9f"};
  using Cache = CachedCredentials<ContainerCredentials>;
  Cache cache{ContainerCredentials{system, Entropy{random}, plan}, Entropy{random}};
  HttpReply const reply = HttpResponse{200, {}, R"({"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret",
      "Token": "token", "Expiration": "2027-01-15T09:00:00Z"})"};

  Timestamp now = Timestamp::from_seconds(1'800'000'000);
  for (int done = 0; done < 2;) {
    for (int user = 1; user <= 2; ++user) {
      auto const step = cache.next(now);
      if (auto const* send = std::get_if<Send>(&step)) {
        std::printf("user %d sends %s\n", user, send->request().url().c_str());
      } else if (auto const* wait = std::get_if<Wait>(&step)) {
        std::printf("user %d waits %lld ms\n", user, static_cast<long long>((wait->until - now).count));
      } else if (auto const& keys = std::get<Done<Cache::Outcome>>(step).result) {
        std::printf("user %d signs with %s\n", user, (*keys)->credentials.access_key_id.c_str());
        ++done;
      } else {
        return std::puts(to_string(keys.error()).c_str()), 1;
      }
    }
    cache.receive(reply, now);
  }
  return 0;
}
