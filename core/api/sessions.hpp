// Signing in with a browser: a sign-in link or an invitation becomes a session, a cookie that its
// workspace can end; and tickets, by which a page opens its event stream where it cannot send a
// header. A ticket lasts a minute, opens one stream with the rights of who made it, and nothing
// else; that it was used is one row written, so that it holds whatever becomes of the process.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/api/router.hpp"
#include "core/api/schema.hpp"

namespace callgate {

inline constexpr std::chrono::hours kSessionLasts{12};        // after a sign-in link
inline constexpr std::chrono::hours kInvitedLasts{30L * 24};  // after an invitation
inline constexpr std::chrono::seconds kTicketLasts{60};

struct SignInQuery {
  std::string ticket;
  static constexpr auto fields() {
    return std::array{field<&SignInQuery::ticket>("ticket", "From the sign-in link", text(1, 500))};
  }
};

// Who asks.
struct WhoAmI {
  static constexpr std::string_view kSchemaName = "Session";
  std::string workspace;
  std::string subject;
  std::vector<std::string> roles;
  std::vector<std::string> permissions;
  std::optional<std::string> session_id;
  std::optional<std::string> csrf_token;
  static constexpr auto fields() {
    return std::array{
        field<&WhoAmI::workspace>("workspace", "Whose data this is"),
        field<&WhoAmI::subject>("subject", "Who is signed in"),
        field<&WhoAmI::roles>("roles", "As what"),
        field<&WhoAmI::permissions>("permissions", "What they may do"),
        field<&WhoAmI::session_id>("sessionId", "ses_…; left out: there is no session"),
        field<&WhoAmI::csrf_token>("csrfToken",
                                   "For X-CSRF-Token, where a page of another origin changes "
                                   "something with the cookie")};
  }
};

struct SignedInView {
  static constexpr std::string_view kSchemaName = "SignedIn";
  std::string id;
  std::string subject;
  std::string role;
  Instant created_at{};
  Instant expires_at{};
  bool current = false;
  static constexpr auto fields() {
    return std::array{field<&SignedInView::id>("id", "ses_…"),
                      field<&SignedInView::subject>("subject", "Whose"),
                      field<&SignedInView::role>("role", "What it may do"),
                      field<&SignedInView::created_at>("createdAt", "When they signed in"),
                      field<&SignedInView::expires_at>("expiresAt", "When it ends by itself"),
                      field<&SignedInView::current>("current", "The one that asks")};
  }
};

struct SessionList {
  std::vector<SignedInView> sessions;
  static constexpr auto fields() {
    return std::array{
        field<&SessionList::sessions>("sessions", "Newest first", callgate::items(0, 1000))};
  }
};

struct TicketView {
  static constexpr std::string_view kSchemaName = "Ticket";
  std::string ticket;
  Instant expires_at{};
  static constexpr auto fields() {
    return std::array{
        field<&TicketView::ticket>("ticket", "For GET /api/events?ticket=…, once"),
        field<&TicketView::expires_at>("expiresAt", "From then on it is worth nothing")};
  }
};

Answer get_sign_in(Request& request);
Answer post_session(Request& request);
Answer post_sign_out(Request& request);
Answer get_session(Request& request);
Answer get_sessions(Request& request);
Answer delete_session(Request& request);
Answer delete_current_session(Request& request);
Answer post_ticket(Request& request);

}  // namespace callgate
