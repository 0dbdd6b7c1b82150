// The conformance vectors, one JSON object a line ({"id", "family", "input", "expect"}), found
// beside this header whatever the working directory. MANIFEST.json has their counts, checksums and
// oracles.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace callgate {

// Every row of "<family>.jsonl"; none when the file cannot be read, so tests state how many they
// expect.
inline std::vector<nlohmann::json> read_vectors(std::string_view family) {
  const std::string here = __FILE__;
  const std::string folder = here.substr(0, here.find_last_of('/') + 1);
  std::ifstream file{folder + std::string{family} + ".jsonl"};
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(file, line);) {
    rows.push_back(nlohmann::json::parse(line));
  }
  return rows;
}

}  // namespace callgate
