// Who may come in, played by hand against one core: keys, members, sessions, invitations, tickets,
// and the whole table of routes against everybody there is.
#include "core/api/access.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/api/credentials.hpp"
#include "core/api/routes.hpp"
#include "tests/sim/gate.hpp"

using namespace callgate;
using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using sim::Gate;

Principal person(const std::string& subject, const std::string& role) {
  return {"default", subject, {role}, {}};
}

const Principal kOwner = person("olga", "owner");

Headers bearer(const std::string& token) {
  return {{"authorization", "Bearer " + token}};
}

Headers cookie(const std::string& text, const std::string& origin = "https://calls.example") {
  return {{"cookie", text}, {"origin", origin}};
}

std::string code_of(const Gate::Said& said) {
  return std::to_string(said.response.status) + " " +
         (said.response.body.empty() ? "" : said.body().value("code", ""));
}

// A target that fits the pattern and names nothing that there is.
std::string target_of(const Route& route) {
  std::string target{route.pattern};
  for (std::size_t open = target.find('{'); open != std::string::npos; open = target.find('{')) {
    target.replace(open, target.find('}') - open + 1, "none");
  }
  return target;
}

}  // namespace

TEST_CASE("Every route lets in whom the table names and nobody else, whatever they show") {
  Gate gate;
  std::map<std::string, Headers> keys;
  for (const std::string_view role : roles()) {
    keys["role " + std::string{role}] = bearer(gate.make_key(kOwner, {{"role", role}}));
  }
  const std::vector<std::string> scoped{"campaigns:read", "calls:*", "events:read", "members:write",
                                        "keys:read"};
  for (const std::string& scope : scoped) {
    keys["scope " + scope] = bearer(gate.make_key(kOwner, {{"scopes", {scope}}}));
  }
  const std::string soon = format_rfc3339(gate.now + hours{1});
  const Headers expired = bearer(gate.make_key(kOwner, {{"role", "owner"}, {"expiresAt", soon}}));
  const json made = gate.must(kOwner, "POST", "/api/keys", {{"name", "gone"}, {"role", "owner"}});
  const Headers revoked = bearer(made.at("key"));
  gate.must(kOwner, "DELETE", "/api/keys/" + made.at("id").get<std::string>());
  gate.now += hours{2};
  for (const Route& route : routes()) {
    if (route.access.is_open()) {
      continue;
    }
    const std::string method{route.method};
    const std::string target = target_of(route);
    INFO(method << " " << target);
    // A body that is refused: what is asked here is who may, not what happens.
    const std::string body = route.method == "GET" ? "" : "{]";
    const auto status = [&](const Headers& headers) {
      const Gate::Said said = gate.send(method, target, headers, body);
      return said.streams ? 200 : said.response.status;
    };
    CHECK(status({}) == 401);
    CHECK(status(expired) == 401);
    CHECK(status(revoked) == 401);
    CHECK(status(bearer(make_api_key(gate.crypto(), "default", Blob(16, 9)))) == 401);
    for (const auto& [who, shown] : keys) {
      const std::string given = who.substr(who.find(' ') + 1);
      Principal may_be;
      (who[0] == 'r' ? may_be.roles : may_be.scopes) = {given};
      const bool allowed =
          route.access.kind == Access::Kind::signed_in || may(may_be, route.access.permission);
      INFO(who);
      const std::int64_t said = status(shown);
      CHECK(said != 401);
      const bool refused = said == 403 && route.pattern != std::string_view{"/api/sessions"};
      CHECK(refused != allowed);
    }
  }
}

TEST_CASE("A role that is stored holds, whatever the token says") {
  Gate gate;
  const Principal claims_owner = person("vera", "owner");
  CHECK(gate.as(claims_owner, "GET", "/api/keys").response.status == 200);
  gate.must(kOwner, "PUT", "/api/members/vera", {{"role", "viewer"}, {"name", "Vera"}});
  CHECK(gate.as(claims_owner, "GET", "/api/keys").response.status == 403);
  Principal scoped = claims_owner;
  scoped.scopes = {"keys:*", "members:write"};
  CHECK(gate.as(scoped, "GET", "/api/keys").response.status == 403);
  CHECK(gate.must(scoped, "GET", "/api/session").at("roles") == json{"viewer"});
  const Principal claims_nothing{"default", "noor", {}, {}};
  CHECK(gate.as(claims_nothing, "GET", "/api/jobs").response.status == 403);
  gate.must(kOwner, "PUT", "/api/members/noor", {{"role", "operator"}});
  CHECK(gate.as(claims_nothing, "GET", "/api/jobs").response.status == 200);
  gate.must(kOwner, "DELETE", "/api/members/noor");
  CHECK(gate.as(claims_nothing, "GET", "/api/jobs").response.status == 403);
}

TEST_CASE("Whoever has the deployment's own secret is never shut out by what is stored") {
  Gate gate;
  for (const char* subject :
       {"command-line", "sign-in-link", "webhook", "key:x", "session:x", "member:inv_0"}) {
    CHECK(code_of(gate.as(kOwner, "PUT", std::string{"/api/members/"} + subject,
                          {{"role", "viewer"}})) == "422 subject_invalid");
  }
}

TEST_CASE("Nobody gives, changes or takes a role that may more than theirs") {
  Gate gate;
  const Principal admin = person("adam", "admin");
  for (const char* role : {"admin", "operator", "viewer"}) {
    CHECK(gate.as(admin, "PUT", "/api/members/somebody", {{"role", role}}).response.status < 300);
    CHECK(gate.as(admin, "POST", "/api/members/invitations", {{"role", role}}).response.status ==
          201);
  }
  CHECK(code_of(gate.as(admin, "PUT", "/api/members/adam", {{"role", "owner"}})) ==
        "403 beyond_own_rights");
  CHECK(code_of(gate.as(admin, "POST", "/api/members/invitations", {{"role", "owner"}})) ==
        "403 beyond_own_rights");
  gate.must(kOwner, "PUT", "/api/members/olga", {{"role", "owner"}});
  gate.must(kOwner, "PUT", "/api/members/otto", {{"role", "owner"}});
  CHECK(code_of(gate.as(admin, "PUT", "/api/members/otto", {{"role", "viewer"}})) ==
        "403 beyond_own_rights");
  CHECK(code_of(gate.as(admin, "DELETE", "/api/members/otto")) == "403 beyond_own_rights");
  const Principal scoped{"default", "s", {}, {"members:write", "keys:write"}};
  CHECK(code_of(gate.as(scoped, "PUT", "/api/members/s", {{"role", "viewer"}})) ==
        "403 beyond_own_rights");
  CHECK(code_of(gate.as(scoped, "POST", "/api/keys", {{"name", "k"}, {"scopes", {"keys:*"}}})) ==
        "403 beyond_own_rights");
  CHECK(gate.as(scoped, "POST", "/api/keys", {{"name", "k"}, {"scopes", {"keys:write"}}})
            .response.status == 201);
}

TEST_CASE("The last owner stays one") {
  Gate gate;
  gate.must(kOwner, "PUT", "/api/members/olga", {{"role", "owner"}});
  CHECK(code_of(gate.as(kOwner, "PUT", "/api/members/olga", {{"role", "admin"}})) ==
        "409 last_owner");
  CHECK(code_of(gate.as(kOwner, "DELETE", "/api/members/olga")) == "409 last_owner");
  gate.must(kOwner, "PUT", "/api/members/otto", {{"role", "owner"}});
  gate.must(kOwner, "PUT", "/api/members/olga", {{"role", "admin"}});
  CHECK(code_of(gate.as(person("otto", ""), "DELETE", "/api/members/otto")) == "409 last_owner");
}

TEST_CASE("A key is told once, found by its hash, rotated and revoked at once") {
  Gate gate;
  const json made = gate.must(kOwner, "POST", "/api/keys",
                              {{"name", "CRM"}, {"scopes", {"campaigns:read", "keys:*"}}});
  const std::string key = made.at("key");
  const std::string at = "/api/keys/" + made.at("id").get<std::string>();
  CHECK(key.rfind(made.at("prefix").get<std::string>(), 0) == 0);
  CHECK(gate.send("GET", "/api/jobs", bearer(key)).response.status == 200);
  CHECK(gate.send("GET", "/api/jobs", {{"x-api-key", key}}).response.status == 200);
  CHECK(gate.send("GET", "/api/providers", bearer(key)).response.status == 403);
  const json who = gate.send("GET", "/api/session", bearer(key)).body();
  CHECK(who.at("subject") == "key:" + made.at("id").get<std::string>());
  CHECK(code_of(gate.send("POST", "/api/keys", bearer(key),
                          R"({"name":"k","scopes":["keys:read"]})")) == "403 key_made_by_key");
  const std::string second = gate.must(kOwner, "POST", at + "/rotate").at("key");
  CHECK(gate.send("GET", "/api/jobs", bearer(key)).response.status == 401);
  CHECK(gate.send("GET", "/api/jobs", bearer(second)).response.status == 200);
  CHECK(gate.must(kOwner, "GET", at).count("key") == 0);
  const Gate::Said gone = gate.as(kOwner, "DELETE", at);
  CHECK(gone.ended == std::vector<std::string>{who.at("subject")});
  CHECK(gate.send("GET", "/api/jobs", bearer(second)).response.status == 401);
  CHECK(code_of(gate.as(kOwner, "GET", at)) == code_of(gate.as(kOwner, "GET", "/api/keys/none")));
}

TEST_CASE("A key's settings are judged all at once") {
  Gate gate;
  const Gate::Said said = gate.as(kOwner, "POST", "/api/keys",
                                  {{"name", ""},
                                   {"scopes", {"campaigns:read", "*", "calls:fly"}},
                                   {"expiresAt", "2020-01-01T00:00:00Z"}});
  REQUIRE(said.response.status == 422);
  std::set<std::string> places;
  const json problem = said.body();
  for (const json& issue : problem.at("issues")) {
    places.insert(issue.at("pointer"));
  }
  CHECK(places == std::set<std::string>{"/name", "/scopes/1", "/scopes/2", "/expiresAt"});
  for (const json& body :
       {json{{"name", "k"}}, json{{"name", "k"}, {"role", "viewer"}, {"scopes", {"calls:read"}}}}) {
    CHECK(gate.as(kOwner, "POST", "/api/keys", body).response.status == 422);
  }
}

TEST_CASE("A key never has more than its maker, and goes when its maker is removed") {
  Gate gate;
  gate.must(kOwner, "PUT", "/api/members/olga", {{"role", "owner"}});
  gate.must(kOwner, "PUT", "/api/members/otto", {{"role", "owner"}});
  const std::string key = gate.make_key(person("otto", ""), {{"role", "owner"}});
  CHECK(gate.send("GET", "/api/providers", bearer(key)).response.status == 200);
  gate.must(kOwner, "PUT", "/api/members/otto", {{"role", "viewer"}});
  CHECK(gate.send("GET", "/api/providers", bearer(key)).response.status == 403);
  CHECK(gate.send("GET", "/api/jobs", bearer(key)).response.status == 200);
  gate.must(kOwner, "DELETE", "/api/members/otto");
  CHECK(gate.send("GET", "/api/jobs", bearer(key)).response.status == 401);
}

TEST_CASE("A key's use is noted once an hour, where it may be written") {
  Gate gate;
  const std::string key = gate.make_key(kOwner, {{"role", "viewer"}});
  const auto used = [&] { return gate.must(kOwner, "GET", "/api/keys").at("keys").at(0); };
  CHECK(used().count("lastUsedAt") == 0);
  HttpRequest request;
  request.method = "GET";
  request.target = "/api/jobs";
  const auto shown =
      authenticate({"GET", "/api/jobs", bearer(key), {}, false, {}}, gate.crypto(), gate.now);
  request.principal = std::get<Principal>(shown);
  gate.limits.may_write = false;
  CHECK(gate.handle(request).unanswered);
  gate.limits.may_write = true;
  CHECK(gate.handle(request).response.status == 200);
  const std::string first = used().at("lastUsedAt");
  gate.limits.may_write = false;
  gate.now += minutes{59};
  CHECK(gate.handle(request).response.status == 200);
  CHECK(used().at("lastUsedAt") == first);
  gate.limits.may_write = true;
  gate.now += minutes{2};
  CHECK(gate.handle(request).response.status == 200);
  CHECK(used().at("lastUsedAt") == format_rfc3339(gate.now));
}

TEST_CASE("A session is stored: it can be seen, ended by who may, and ends by itself") {
  Gate gate;
  const std::string link = make_ticket(gate.crypto(), "default", "operator", gate.now + hours{1});
  const std::string one = gate.sign_in(link);
  const std::string two = gate.sign_in(link);
  REQUIRE(one != two);
  CHECK(gate.send("HEAD", "/sign-in?ticket=" + link, {}).header("set-cookie").empty());
  CHECK(gate.send("GET", "/api/jobs", cookie(one)).response.status == 200);
  const json who = gate.send("GET", "/api/session", cookie(one)).body();
  CHECK(who.at("roles") == json{"operator"});
  // Who opened another sign-in link is somebody else.
  CHECK(gate.send("GET", "/api/sessions", cookie(one)).body().at("sessions").size() == 1);
  const Headers owner =
      cookie(gate.sign_in(make_ticket(gate.crypto(), "default", "owner", gate.now + hours{1})));
  const json all = gate.send("GET", "/api/sessions", owner).body().at("sessions");
  REQUIRE(all.size() == 3);
  const std::string owners = "/api/sessions/" + all[0].at("id").get<std::string>();
  CHECK(gate.send("DELETE", owners, cookie(one)).response.status == 404);
  CHECK(gate.send("DELETE", owners, owner).response.status == 204);
  const json seen = gate.must(person("a", "admin"), "GET", "/api/sessions").at("sessions");
  REQUIRE(seen.size() == 2);
  CHECK(all[0].at("current") == true);
  CHECK(all[1].at("current") == false);
  const std::string at = "/api/sessions/" + seen[0].at("id").get<std::string>();
  CHECK(code_of(gate.as(person("v", "viewer"), "DELETE", at)) ==
        code_of(gate.as(person("v", "viewer"), "DELETE", "/api/sessions/none")));
  CHECK(gate.as(person("a", "admin"), "DELETE", at).response.status == 204);
  CHECK(gate.send("GET", "/api/jobs", cookie(two)).response.status == 401);
  const Gate::Said out = gate.send("DELETE", "/api/sessions/current", cookie(one));
  CHECK(out.response.status == 204);
  CHECK(out.header("set-cookie").find("Max-Age=0") != std::string::npos);
  CHECK(gate.send("GET", "/api/jobs", cookie(one)).response.status == 401);
  const std::string three = gate.sign_in(link);
  gate.now += hours{12};
  CHECK(gate.send("GET", "/api/jobs", cookie(three)).response.status == 401);
}

TEST_CASE("With the cookie nothing changes that another site asked for") {
  Gate gate;
  const std::string session =
      gate.sign_in(make_ticket(gate.crypto(), "default", "owner", gate.now + hours{1}));
  const std::string token =
      gate.send("GET", "/api/session", cookie(session)).body().at("csrfToken");
  const auto pause = [&](const std::string& origin, const std::string& brought) {
    Headers headers{{"cookie", session}};
    if (!origin.empty()) {
      headers.emplace_back("origin", origin);
    }
    if (!brought.empty()) {
      headers.emplace_back("x-csrf-token", brought);
    }
    return gate.send("POST", "/api/workspace/pause", headers).response.status;
  };
  CHECK(pause("https://calls.example", "") == 200);
  CHECK(pause("https://app.example", "") == 403);
  CHECK(pause("https://app.example", token) == 200);
  CHECK(pause("", "") == 403);
  CHECK(pause("", token) == 200);
  CHECK(pause("https://evil.example", token) == 403);
  CHECK(pause("null", token) == 403);
}

TEST_CASE("An invitation works once, for one person, with the role its maker may give") {
  Gate gate;
  const auto invite = [&](const char* role) {
    return gate.must(kOwner, "POST", "/api/members/invitations", {{"role", role}, {"name", "Ina"}});
  };
  const std::string opened = invite("operator").at("token");
  const std::string session = gate.sign_in(opened);
  CHECK(gate.send("GET", "/api/jobs", cookie(session)).response.status == 200);
  CHECK(gate.send("GET", "/api/limits", cookie(session)).response.status == 200);
  CHECK(gate.send("GET", "/api/providers", cookie(session)).response.status == 403);
  CHECK(gate.sign_in(opened).empty());
  const json members = gate.must(kOwner, "GET", "/api/members").at("members");
  REQUIRE(members.size() == 1);
  const std::string subject = members[0].at("subject");
  gate.must(kOwner, "PUT", "/api/members/" + subject, {{"role", "admin"}});
  CHECK(gate.send("GET", "/api/providers", cookie(session)).response.status == 200);
  const Gate::Said removed = gate.as(kOwner, "DELETE", "/api/members/" + subject);
  CHECK(removed.ended == std::vector<std::string>{subject});
  CHECK(gate.send("GET", "/api/jobs", cookie(session)).response.status == 401);

  const std::string taken = invite("viewer").at("token");
  const Principal ina = person("ina", "");
  CHECK(gate.must(ina, "POST", "/api/members/invitations/accept", {{"token", taken}}).at("role") ==
        "viewer");
  CHECK(gate.as(ina, "GET", "/api/jobs").response.status == 200);
  CHECK(code_of(gate.as(person("eve", ""), "POST", "/api/members/invitations/accept",
                        {{"token", taken}})) == "401 invitation_invalid");
  CHECK(gate.sign_in(taken).empty());
  const std::string more = invite("owner").at("token");
  CHECK(code_of(gate.as(ina, "POST", "/api/members/invitations/accept", {{"token", more}})) ==
        "409 member_exists");

  const json late = invite("viewer");
  gate.now += hours{72};
  CHECK(gate.sign_in(late.at("token")).empty());
  const json back = invite("viewer");
  gate.must(kOwner, "DELETE", "/api/members/invitations/" + back.at("id").get<std::string>());
  CHECK(gate.sign_in(back.at("token")).empty());
}

TEST_CASE("An invitation is worth no more than its maker is when it is opened") {
  Gate gate;
  gate.must(kOwner, "PUT", "/api/members/adam", {{"role", "admin"}});
  const Principal adam = person("adam", "");
  const auto invite = [&] {
    return gate.must(adam, "POST", "/api/members/invitations", {{"role", "admin"}}).at("token");
  };
  const std::string first = invite();
  const std::string second = invite();
  gate.must(kOwner, "PUT", "/api/members/adam", {{"role", "operator"}});
  CHECK(gate.sign_in(first).empty());
  gate.must(kOwner, "PUT", "/api/members/adam", {{"role", "admin"}});
  CHECK_FALSE(gate.sign_in(first).empty());
  gate.must(kOwner, "DELETE", "/api/members/adam");
  CHECK(gate.sign_in(second).empty());
}

TEST_CASE("A ticket opens one stream with its maker's rights, once, for a minute") {
  Gate gate;
  const auto ticket = [&](const Principal& maker) {
    return gate.must(maker, "POST", "/api/tickets").at("ticket").get<std::string>();
  };
  const auto open = [&](const std::string& one) {
    return gate.send("GET", "/api/events?ticket=" + one, {});
  };
  const std::string one = ticket(person("v", "viewer"));
  CHECK(open(one).streams);
  CHECK(open(one).response.status == 401);
  const std::string late = ticket(kOwner);
  gate.now += seconds{60};
  CHECK(open(late).response.status == 401);
  CHECK(open(one).response.status == 401);
  const std::string made = gate.make_key(kOwner, {{"scopes", {"events:read", "keys:write"}}});
  const std::string by_key = gate.send("POST", "/api/tickets", bearer(made)).body().at("ticket");
  CHECK(open(by_key).streams);
  const std::string dead = gate.send("POST", "/api/tickets", bearer(made)).body().at("ticket");
  const json keys = gate.must(kOwner, "GET", "/api/keys").at("keys");
  gate.must(kOwner, "DELETE", "/api/keys/" + keys[0].at("id").get<std::string>());
  CHECK(open(dead).response.status == 401);
  CHECK(gate.send("GET", "/api/jobs?ticket=" + ticket(kOwner), {}).response.status == 401);
  CHECK(code_of(gate.as(Principal{"default", "x", {}, {"calls:read"}}, "POST", "/api/tickets")) ==
        "403 forbidden");
}

TEST_CASE("A use of a ticket is one row, and where nothing may be written it is put off") {
  Gate gate;
  const std::string one = gate.must(kOwner, "POST", "/api/tickets").at("ticket");
  gate.limits.may_write = false;
  CHECK(gate.send("GET", "/api/events?ticket=" + one, {}).unanswered);
  gate.limits.may_write = true;
  CHECK(gate.send("GET", "/api/events?ticket=" + one, {}).streams);
  const std::string next = gate.must(kOwner, "POST", "/api/tickets").at("ticket");
  CHECK(gate.send("GET", "/api/events?ticket=" + next, {}).streams);
  CHECK(gate.sql().exec("SELECT count(*) FROM used_tickets").integer(0, 0) == 1);
}

TEST_CASE("Requests of one principal are counted, and told of, where there is a limit") {
  Gate gate;
  CHECK(gate.as(kOwner, "GET", "/api/jobs").header("ratelimit-limit").empty());
  gate.limits.requests_max = 3;
  for (const char* left : {"2", "1", "0"}) {
    gate.as(kOwner, "GET", "/api/nobody-knows/1");  // what no workspace hears of is not counted
    const Gate::Said counted = gate.as(kOwner, "GET", "/api/jobs/none");
    CHECK(counted.response.status == 404);
    CHECK(counted.header("ratelimit-remaining") == left);
    CHECK(counted.header("ratelimit-limit") == "3");
  }
  const Gate::Said refused = gate.as(kOwner, "GET", "/api/jobs");
  CHECK(code_of(refused) == "429 too_many_requests");
  CHECK(refused.header("retry-after") == "4");
  CHECK(refused.header("ratelimit-reset") == "10");
  CHECK(gate.as(person("another", "viewer"), "GET", "/api/jobs").response.status == 200);
  gate.now += seconds{4};
  CHECK(gate.as(kOwner, "GET", "/api/jobs").response.status == 200);
}

TEST_CASE("No secret is stored, listed or written into the audit log") {
  Gate gate;
  const std::string key = gate.make_key(kOwner, {{"role", "viewer"}});
  const json invited = gate.must(kOwner, "POST", "/api/members/invitations", {{"role", "viewer"}});
  const std::string link = make_ticket(gate.crypto(), "default", "owner", gate.now + hours{1});
  const std::string session = gate.sign_in(link);
  const std::string ticket = gate.must(kOwner, "POST", "/api/tickets").at("ticket");
  gate.send("GET", "/api/jobs", bearer(key));
  gate.send("GET", "/api/events?ticket=" + ticket, {});
  std::string told;
  for (const char* place : {"/api/keys", "/api/members", "/api/members/invitations",
                            "/api/sessions", "/api/audit", "/metrics"}) {
    told += gate.as(kOwner, "GET", place).response.body;
  }
  const std::string stored = gate.everything();
  for (const std::string& secret :
       {key, key.substr(key.size() - 32), key.substr(0, key.size() - 33).substr(16),
        invited.at("token").get<std::string>(), session.substr(session.find('=') + 1), ticket,
        link}) {
    INFO(secret);
    CHECK(told.find(secret) == std::string::npos);
    CHECK(stored.find(secret) == std::string::npos);
  }
  const json entries = gate.must(kOwner, "GET", "/api/audit").at("entries");
  std::set<std::string> actions;
  for (const json& entry : entries) {
    actions.insert(entry.at("action"));
  }
  CHECK(actions == std::set<std::string>{"key.made", "member.invited", "session.opened"});
}
