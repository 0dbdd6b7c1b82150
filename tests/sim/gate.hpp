// A host before one core, as the Worker is one: a request arrives, is admitted by what it shows,
// and its workspace hears of it. For tests of who is let in.
#pragma once

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/core.hpp"
#include "native-server/openssl_crypto.hpp"
#include "tests/sim/memory_sql.hpp"

namespace callgate::sim {

class Gate {
 public:
  Gate() {
    sql_.begin();
    core_.migrate(now, {});
    sql_.commit();
  }

  struct Said {
    Response response;
    bool streams = false;
    bool unanswered = false;
    std::vector<std::string> ended = {};

    [[nodiscard]] nlohmann::json body() const { return nlohmann::json::parse(response.body); }
    [[nodiscard]] std::string header(const std::string& name) const {
      for (const auto& [key, value] : response.headers) {
        if (key == name) {
          return value;
        }
      }
      return {};
    }
  };

  // With whatever the headers show.
  Said send(std::string method, std::string target, Headers headers, std::string body = {}) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    request.headers.emplace_back("host", "calls.example");
    if (!body.empty()) {
      request.headers.emplace_back("content-type", "application/json");
    }
    request.body_is_stream = !body.empty();
    Arriving asked{now, std::move(request), "", std::nullopt, {}, "https://app.example"};
    Arrival first = arrive(asked, crypto_, zones_);
    if (auto* reply = std::get_if<Reply>(&first)) {
      return {reply->response};
    }
    REQUIRE(std::holds_alternative<Admitted>(first));
    asked.request.principal = std::get<Admitted>(first).principal;
    return give(std::move(asked.request), std::move(body));
  }

  // As the host gives it when the principal is known.
  Said give(HttpRequest request, std::string body = {}) {
    request.body = std::move(body);
    Arriving asked{now, std::move(request), "", std::nullopt, {}, {}};
    Arrival second = arrive(asked, crypto_, zones_);
    if (auto* reply = std::get_if<Reply>(&second)) {
      return {reply->response};
    }
    return handle(std::move(asked.request));
  }

  Said handle(HttpRequest request) {
    Input input;
    input.now = now;
    for (std::size_t i = 0; i < 8; ++i) {
      input.entropy[i] = static_cast<std::uint8_t>(inputs_ >> (8 * i));
    }
    ++inputs_;
    input.limits = limits;
    input.event = std::move(request);
    sql_.begin();
    const Output output = core_.handle(input);
    sql_.commit();
    Said said;
    said.ended = output.ended;
    said.streams = std::holds_alternative<Stream>(output.answer);
    said.unanswered = std::holds_alternative<std::monostate>(output.answer);
    if (const auto* response = std::get_if<Response>(&output.answer)) {
      said.response = *response;
    }
    return said;
  }

  // By a token whose signature was verified.
  Said as(const Principal& principal, std::string method, std::string target,
          const nlohmann::json& body = nullptr) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.principal = principal;
    if (!body.is_null()) {
      request.headers = {{"content-type", "application/json"}};
    }
    return give(std::move(request), body.is_null() ? "" : body.dump());
  }

  nlohmann::json must(const Principal& principal, const char* method, const std::string& target,
                      const nlohmann::json& body = nullptr) {
    const Said said = as(principal, method, target, body);
    INFO(method << " " << target << " " << said.response.status << " " << said.response.body);
    REQUIRE(said.response.status < 300);
    return said.response.body.empty() ? nlohmann::json{} : said.body();
  }

  std::string make_key(const Principal& maker, const nlohmann::json& more) {
    nlohmann::json body{{"name", "test"}};
    body.update(more);
    return must(maker, "POST", "/api/keys", body).at("key");
  }

  // The cookie that a sign-in link or an invitation brings; empty: it was refused.
  std::string sign_in(const std::string& ticket) {
    const Said said = send("GET", "/sign-in?ticket=" + ticket, {});
    const std::string cookie = said.header("set-cookie");
    return cookie.substr(0, cookie.find(';'));
  }

  // Everything that is stored of who may come in, as one text.
  std::string everything() {
    std::string all;
    constexpr std::array<std::pair<const char*, std::size_t>, 6> kTables{{{"api_keys", 10},
                                                                          {"members", 5},
                                                                          {"sessions", 5},
                                                                          {"invitations", 6},
                                                                          {"used_tickets", 2},
                                                                          {"audit", 7}}};
    for (const auto& [table, columns] : kTables) {
      const Rows rows = sql_.exec(std::string{"SELECT * FROM "} + table);
      for (std::size_t at = 0; at < rows.size() * columns; ++at) {
        const Cell& cell = rows.cell(at / columns, at % columns);
        if (const auto* text = std::get_if<std::string>(&cell)) {
          all += *text + "\n";
        } else if (const auto* blob = std::get_if<Blob>(&cell)) {
          all.append(blob->begin(), blob->end());
        }
      }
    }
    return all;
  }

  Instant now = from_ms(1'800'000'000'000);
  HostLimits limits;
  Crypto& crypto() { return crypto_; }
  MemorySql& sql() { return sql_; }

 private:
  MemorySql sql_;
  OpensslCrypto crypto_{bytes_of("a deployment secret for these tests only")};
  Core core_{sql_, crypto_, "default"};
  ZoneTable zones_;
  std::uint64_t inputs_ = 1;
};

}  // namespace callgate::sim
