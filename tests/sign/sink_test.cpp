// A sink forwards every byte once and in order, however it was put in.
#include "healthlake/sign/sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "healthlake/sign/sha256.hpp"

using namespace healthlake;

TEST_CASE("what was put in comes out, for any sizes of the pieces") {
  for (std::size_t const piece : {1U, 3U, 255U, 256U, 257U, 600U})
    for (std::size_t const total : {0U, 1U, 255U, 256U, 257U, 511U, 512U, 513U, 2000U}) {
      CAPTURE(piece);
      CAPTURE(total);
      std::string text;
      for (std::size_t i = 0; i < total; ++i) text.push_back(static_cast<char>(i * 31));
      auto const write = [&](detail::Sink& sink) {
        std::string_view rest = text;
        while (!rest.empty()) {
          auto const part = rest.substr(0, piece);
          if (part.size() == 1) sink.put(part[0]);
          else sink.put(part);
          rest.remove_prefix(part.size());
        }
      };
      CHECK(detail::written(write) == text);
      Sha256 hash;
      Digest expected;
      REQUIRE(hash_of(hash, as_bytes(text), expected));
      hash.reset();
      detail::HashSink<Sha256> sink{hash};
      write(sink);
      sink.flush();
      Digest found;
      REQUIRE(hash.finish(found));
      CHECK(found == expected);
    }
}
