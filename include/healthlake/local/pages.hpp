// The pages of every list operation of the local service.
//
// Rules: lists begin with the newest item. A page token represents a position counted from the oldest, so that items
// added in between do not matter. It is valid only for the same filters (everything in the request but NextToken and
// MaxResults), and cannot be forged. An empty NextToken means the first page. A request examines a limited number of
// items: a page may have fewer than MaxResults, even none, and a NextToken.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/core/result.hpp"
#include "healthlake/json/encode.hpp"
#include "healthlake/local/state.hpp"
#include "healthlake/model/errors.hpp"
#include "healthlake/server/dispatch.hpp"

namespace HEALTHLAKE_NAMESPACE {

/// A page of a list.
template <class Item>
struct LocalPage {
  /// As many as were asked for, or fewer.
  std::vector<Item> items{};
  /// Where the next page begins; absent on the last one.
  std::optional<std::string> next_token{};
};

/// What a page token of this request is bound to.
template <Operation List>
std::string filters_of(typename List::Input input) {
  input.next_token.reset();
  input.max_results.reset();
  return std::string{List::name} + encode(input).value_or(std::string{});
}

/// The page that a request asks for, of a list with `count` positions. `pick(index)` returns an optional item: nothing
/// if the filters exclude it. The error is a ValidationException: a NextToken that was not issued for this request.
template <Operation List, class Pick>
auto page_of(LocalState const& state, typename List::Input const& input, std::size_t count, Pick pick)
    -> Result<LocalPage<typename decltype(pick(count))::value_type>, HandlerError> {
  std::string const filters = filters_of<List>(input);
  std::uint64_t position = count;
  if (input.next_token && !input.next_token->empty()) {
    auto const at = state.read_page_token(filters, *input.next_token);
    if (!at || *at > count)
      return Unexpected{ValidationException{.message = "The NextToken was not issued for this request."}};
    position = *at;
  }
  std::size_t const limit = input.max_results ? static_cast<std::size_t>(*input.max_results)
                                              : (std::max<std::size_t>)(state.options().default_page_size, 1);
  LocalPage<typename decltype(pick(count))::value_type> page;
  std::uint64_t const examined = (std::max<std::size_t>)(state.options().max_examined_per_page, 1);
  std::uint64_t const last = position - (std::min)(position, examined);
  for (; position > last; --position) {
    auto item = pick(static_cast<std::size_t>(position) - 1);
    if (!item) continue;
    if (page.items.size() == limit) break;
    page.items.push_back(*std::move(item));
  }
  if (position > 0) page.next_token = state.page_token(filters, position);
  return page;
}

}  // namespace HEALTHLAKE_NAMESPACE
