#include "native-server/data_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

#include "native-server/jwt.hpp"

namespace callgate {
namespace {

constexpr std::size_t kNameMax = 40;

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw std::runtime_error(what + " " + path.string() + ": " + std::strerror(errno));
}

std::optional<DeploymentKey> read_secret(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    fail("cannot read", path);
  }
  DeploymentKey secret{};
  std::array<std::uint8_t, sizeof(DeploymentKey) + 1> bytes{};
  const ssize_t count = read(file, bytes.data(), bytes.size());
  close(file);
  if (count != static_cast<ssize_t>(secret.size())) {
    throw std::runtime_error(path.string() + " is damaged: it must have 32 bytes");
  }
  std::copy_n(bytes.begin(), secret.size(), secret.begin());
  return secret;
}

// Written aside and then linked, so that of two servers that start at once both read the same
// secret.
void make_secret(const std::filesystem::path& path) {
  DeploymentKey secret{};
  fill_random(secret);
  const std::filesystem::path aside = path.string() + "." + std::to_string(getpid());
  const int file = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    fail("cannot write", aside);
  }
  const bool written =
      write(file, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
      fsync(file) == 0;
  close(file);
  const bool linked = written && (link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int cause = errno;
  unlink(aside.c_str());
  errno = cause;
  if (!linked) {
    fail("cannot write", path);
  }
}

}  // namespace

bool is_workspace_file_name(std::string_view name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kNameMax && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

DataFolder DataFolder::open(const std::filesystem::path& folder) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(folder, error);
  if (!error) {
    std::filesystem::create_directory(folder / "workspaces", error);
  }
  if (error) {
    throw std::runtime_error("cannot make " + (folder / "workspaces").string() + ": " +
                             error.message());
  }
  if (made) {  // a folder that was there keeps the permissions it was given
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  auto secret = read_secret(folder / "secret");
  if (!secret) {
    make_secret(folder / "secret");
    secret = read_secret(folder / "secret");
  }
  return {folder, secret.value()};
}

std::optional<DataFolder> DataFolder::find(const std::filesystem::path& folder) {
  const auto secret = read_secret(folder / "secret");
  return secret ? std::optional{DataFolder{folder, *secret}} : std::nullopt;
}

std::filesystem::path DataFolder::workspace_file(std::string_view name) const {
  return path_ / "workspaces" / (std::string{name} + ".sqlite");
}

bool DataFolder::has_workspace(std::string_view name) const {
  return is_workspace_file_name(name) && access(workspace_file(name).c_str(), F_OK) == 0;
}

bool DataFolder::create_workspace(std::string_view name) const {
  const auto path = workspace_file(name);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    if (errno == EEXIST) {
      return false;
    }
    fail("cannot make", path);
  }
  close(file);
  return true;
}

void DataFolder::lock() const {
  const auto path = path_ / "lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    fail("cannot open", path);
  }
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    throw std::runtime_error("another callgate serves " + path_.string() +
                             "; stop it, or choose another folder with --data");
  }
  // Kept open on purpose: the lock ends with the process.
}

std::string make_token(const DataFolder& data, std::string_view workspace, std::string_view role,
                       std::int64_t now_s, std::int64_t lasts_s) {
  const nlohmann::json claims{
      {"iss", kOwnIssuer}, {"aud", kOwnIssuer}, {"sub", "command-line"}, {"workspace", workspace},
      {"role", role},      {"iat", now_s},      {"exp", now_s + lasts_s}};
  return sign_jwt(derive_key(data.secret(), kTokenPurpose), claims.dump());
}

}  // namespace callgate
