// The rival of the decoder: simdjson's on-demand parser filling the same structs, as someone would write it who knows
// what comes. It believes what it reads: no limits, no list of what is missing, the last of two equal members wins, and
// text behind the value goes unseen. It is compiled for the same processor as the rest; made for one with AVX2 it takes
// as long here, since what counts is the strings it allocates.
#pragma once

#include <memory>
#include <string_view>

#include "healthlake/model/export_job.hpp"

namespace healthlake::bench {

/// Holds a text with the padding simdjson wants, and a parser that keeps its memory from one reading to the next.
/// `read` returns false if the text is not the JSON of that shape.
class SimdjsonReader {
 public:
  explicit SimdjsonReader(std::string_view text);
  ~SimdjsonReader();
  SimdjsonReader(SimdjsonReader const&) = delete;
  SimdjsonReader& operator=(SimdjsonReader const&) = delete;

  bool read(DescribeFHIRExportJobResponse& out);
  bool read(ListFHIRExportJobsResponse& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace healthlake::bench
