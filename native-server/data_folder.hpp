// Where one installation keeps its data:
//   <folder>/secret                      32 random bytes, mode 0600: every key of the deployment
//   comes of it <folder>/workspaces/<name>.sqlite    one file per workspace <folder>/lock held by
//   the one server that serves the folder
// Whoever can read the secret can sign in as anybody; a copy of the folder is a whole backup (with
// the server stopped, or by SQLite's own backup).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "native-server/openssl_crypto.hpp"

namespace callgate {

class DataFolder {
 public:
  // Makes what is missing. Throws std::runtime_error with path and cause.
  [[nodiscard]] static DataFolder open(const std::filesystem::path& folder);
  // nullopt when there is no secret at that place: no installation.
  [[nodiscard]] static std::optional<DataFolder> find(const std::filesystem::path& folder);

  [[nodiscard]] const DeploymentKey& secret() const { return secret_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path workspace_file(std::string_view name) const;
  [[nodiscard]] bool has_workspace(std::string_view name) const;
  // False when it was there before. Throws std::runtime_error.
  bool create_workspace(std::string_view name) const;

  // Held until the process ends. Throws std::runtime_error when another process holds it.
  void lock() const;

 private:
  DataFolder(std::filesystem::path path, const DeploymentKey& secret)
      : path_(std::move(path)), secret_(secret) {}

  std::filesystem::path path_;
  DeploymentKey secret_;
};

// Lower case letters, digits and dashes, 1 to 40, beginning with a letter: safe as a file's name.
[[nodiscard]] bool is_workspace_file_name(std::string_view name);

// A token of this installation: HS256 under a key of its own, issuer and audience "callgate".
[[nodiscard]] std::string make_token(const DataFolder& data, std::string_view workspace,
                                     std::string_view role, std::int64_t now_s,
                                     std::int64_t lasts_s);

inline constexpr std::string_view kTokenPurpose = "jwt";

}  // namespace callgate
