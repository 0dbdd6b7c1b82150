#include "native-server/data_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "native-server/jwt.hpp"
#include "tests/native/folder.hpp"

namespace callgate {
namespace {

TEST_CASE("The secret is made once, for its owner alone, and kept") {
  const test::Folder folder;
  const auto path = folder.path() / "data";
  CHECK_FALSE(DataFolder::find(path).has_value());
  const DataFolder first = DataFolder::open(path);
  const DataFolder second = DataFolder::open(path);
  CHECK(first.secret() == second.secret());
  CHECK(first.secret() != DeploymentKey{});
  CHECK(DataFolder::find(path)->secret() == first.secret());
  CHECK((std::filesystem::status(path / "secret").permissions() & std::filesystem::perms::mask) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  const test::Folder another;
  CHECK(DataFolder::open(another.path() / "data").secret() != first.secret());
}

TEST_CASE("A damaged secret is told, not replaced") {
  const test::Folder folder;
  std::ofstream{folder.path() / "secret"} << "short";
  CHECK_THROWS(DataFolder::open(folder.path()));
  CHECK_THROWS(DataFolder::find(folder.path()));
}

TEST_CASE("A workspace's name is safe as a file's name") {
  for (const char* name : {"default", "a", "team-7", "x123"}) {
    CHECK(is_workspace_file_name(name));
  }
  for (const char* name : {"", "A", "7a", "-a", "a/b", "..", "a.b", "a b", "ä", "a\n",
                           "a1234567890123456789012345678901234567890"}) {
    CHECK_FALSE(is_workspace_file_name(name));
  }
}

TEST_CASE("A workspace is made once") {
  const test::Folder folder;
  const DataFolder data = DataFolder::open(folder.path());
  CHECK_FALSE(data.has_workspace("team"));
  CHECK(data.create_workspace("team"));
  CHECK_FALSE(data.create_workspace("team"));
  CHECK(data.has_workspace("team"));
  CHECK_FALSE(data.has_workspace("../workspaces/team"));
}

TEST_CASE("A token of the folder is verified with the folder's key, and with no other's") {
  const test::Folder folder;
  const DataFolder data = DataFolder::open(folder.path());
  const std::string token = make_token(data, "team", "operator", 1'800'000'000, 600);
  const auto jwt = read_token(token);
  REQUIRE(jwt.has_value());
  JwtVerifier verifier;
  verifier.add_secret(own_trust(), derive_key(data.secret(), kTokenPurpose));
  const auto verified = verifier.verify(*jwt, from_ms(1'800'000'010'000));
  REQUIRE(std::holds_alternative<Principal>(verified));
  CHECK(std::get<Principal>(verified).workspace == "team");
  CHECK(std::get<Principal>(verified).roles == std::vector<std::string>{"operator"});
  JwtVerifier other;
  other.add_secret(own_trust(), derive_key(data.secret(), "session"));
  CHECK(std::holds_alternative<JwtRefused>(other.verify(*jwt, from_ms(1'800'000'010'000))));
}

}  // namespace
}  // namespace callgate
