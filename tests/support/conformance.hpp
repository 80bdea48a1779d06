// Finds the public conformance data by the environment variable HEALTHLAKE_CONFORMANCE.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

/// The folder of the conformance data; throws (and so fails the test) if there is none.
inline std::filesystem::path conformance_root() {
  char const* root = std::getenv("HEALTHLAKE_CONFORMANCE");
  if (root == nullptr || *root == '\0') throw std::runtime_error("HEALTHLAKE_CONFORMANCE names no folder");
  return root;
}

/// One JSON file of it, by its path below the folder; throws if it is not there.
inline nlohmann::json load_conformance(std::string const& relative_path) {
  auto const path = conformance_root() / relative_path;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  return nlohmann::json::parse(file);
}
