#include "core/api/sessions.hpp"

#include "core/api/access.hpp"
#include "core/api/arrival.hpp"
#include "core/api/audit.hpp"
#include "core/api/credentials.hpp"
#include "core/api/members.hpp"
#include "core/api/principals.hpp"

namespace callgate {
namespace {

// Where the client speaks TLS, a cookie of its session never leaves it.
std::string session_cookie(const HttpRequest& request, std::string_view session,
                           std::chrono::seconds lasts) {
  std::string cookie{kSessionCookie};
  cookie.append("=").append(session).append("; Path=/; HttpOnly; SameSite=Lax");
  if (request.over_tls) {
    cookie += "; Secure";
  }
  return cookie + "; Max-Age=" + std::to_string(lasts.count());
}

bool shown_by(const Principal& principal, std::string_view kind) {
  return principal.credential.substr(0, kind.size()) == kind;
}

// The one that asks, or another of the same member. Sign-in links have one subject for all who open
// them, who are nothing to each other.
bool is_own(const Service& service, const Session& session, const Principal& principal) {
  return principal.credential == std::string{kBySession} + session_id(service, session) ||
         (session.role.empty() && session.subject == principal.subject);
}

struct Opened {
  Session session;
  std::string cookie;
};

// What a sign-in link or an invitation becomes; nullopt: the invitation is worth nothing any more.
std::optional<Opened> open_session(const Request& request) {
  Service& service = request.service();
  const Principal& who = request.principal();
  Session session;
  session.subject = who.subject;
  std::chrono::hours lasts = kSessionLasts;
  if (shown_by(who, kByInvitation)) {
    const std::string invitation = who.credential.substr(kByInvitation.size());
    if (!join_by_invitation(request, invitation, who.subject)) {
      return std::nullopt;
    }
    lasts = kInvitedLasts;
  } else {
    session.role = who.roles.front();
  }
  session.seq = service.store.workspace.take_seq();
  session.created_at = service.now();
  session.expires_at = service.now() + lasts;
  service.store.sessions.add(session, service.now());
  const std::string id = session_id(service, session);
  record(request, "session.opened", id, session.role);
  const std::string text =
      make_session(service.context.crypto, service.workspace, id, session.expires_at);
  return Opened{std::move(session), session_cookie(request.http, text, lasts)};
}

SignedInView shown(Service& service, const Session& session, const Principal& principal) {
  SignedInView view;
  view.id = session_id(service, session);
  view.subject = session.subject;
  const auto& member = service.store.members.find(session.subject);
  view.role = member ? member->role : session.role;
  view.created_at = session.created_at;
  view.expires_at = session.expires_at;
  view.current = principal.credential == std::string{kBySession} + view.id;
  return view;
}

void end_session(const Request& request, const Session& session) {
  Service& service = request.service();
  const std::string id = session_id(service, session);
  service.store.sessions.remove(session.seq);
  service.context.out.ended.push_back(std::string{kBySession} + id);
  record(request, "session.ended", id, session.subject);
}

Response signed_out(const Request& request) {
  return {204, {{"set-cookie", session_cookie(request.http, {}, std::chrono::seconds{0})}}, {}};
}

std::optional<Session> current_session(const Request& request) {
  const Principal& principal = request.principal();
  return shown_by(principal, kBySession)
             ? find_session(request.service(),
                            std::string_view{principal.credential}.substr(kBySession.size()))
             : std::nullopt;
}

ApiError no_such_session() {
  return {404, "session_not_found", "There is no such session."};
}

}  // namespace

Answer get_sign_in(Request& request) {
  const Principal& principal = request.principal();
  const bool opens = shown_by(principal, kByLink) || shown_by(principal, kByInvitation);
  if (!opens || request.http.method == "HEAD") {
    return Response{303, {{"location", "/"}}, {}};
  }
  auto opened = open_session(request);
  if (!opened) {
    return refuse(request.http, unauthorized(kUsedInvitation));
  }
  return Response{
      303,
      {{"location", "/"}, {"cache-control", "no-store"}, {"set-cookie", std::move(opened->cookie)}},
      {}};
}

Answer post_session(Request& request) {
  const Principal& principal = request.principal();
  if (!shown_by(principal, kByLink) && !shown_by(principal, kByInvitation)) {
    throw ApiError{403, "sign_in_ticket_needed",
                   "A session is made from a sign-in ticket or an invitation, as Bearer."};
  }
  auto opened = open_session(request);
  if (!opened) {
    throw unauthorized(kUsedInvitation);
  }
  return json_response(201, shown(request.service(), opened->session, principal),
                       {{"cache-control", "no-store"}, {"set-cookie", std::move(opened->cookie)}});
}

Answer post_sign_out(Request& request) {
  if (const auto session = current_session(request)) {
    end_session(request, *session);
  }
  return signed_out(request);
}

Answer get_session(Request& request) {
  const Principal& principal = request.principal();
  WhoAmI view;
  view.workspace = principal.workspace;
  view.subject = principal.subject;
  view.roles = principal.roles;
  for (const std::string_view permission : permissions_of(principal)) {
    view.permissions.emplace_back(permission);
  }
  if (shown_by(principal, kBySession)) {
    view.session_id = principal.credential.substr(kBySession.size());
    view.csrf_token = csrf_token(request.service().context.crypto, request.http);
  }
  return json_response(200, view, {{"cache-control", "no-store"}});
}

Answer get_sessions(Request& request) {
  Service& service = request.service();
  const Principal& principal = request.principal();
  const bool sees_all = may(principal, "members:read");
  SessionList list;
  for (const Session& session : service.store.sessions.all()) {
    const bool shows = sees_all || is_own(service, session, principal);
    if (session.expires_at > service.now() && shows) {
      list.sessions.push_back(shown(service, session, principal));
    }
  }
  return json_response(200, list);
}

Answer delete_session(Request& request) {
  const Principal& principal = request.principal();
  const auto session = find_session(request.service(), request.path("id"));
  const bool allowed = session && (is_own(request.service(), *session, principal) ||
                                   may(principal, "members:write"));
  if (!allowed) {
    throw no_such_session();
  }
  end_session(request, *session);
  return Response{204, {}, {}};
}

Answer delete_current_session(Request& request) {
  const auto session = current_session(request);
  if (!session) {
    throw no_such_session();
  }
  end_session(request, *session);
  return signed_out(request);
}

Answer post_ticket(Request& request) {
  Service& service = request.service();
  std::array<std::uint8_t, 8> nonce{};
  service.context.rng.fill(nonce);
  TicketView view;
  view.expires_at = service.now() + kTicketLasts;
  view.ticket =
      make_stream_ticket(service.context.crypto, request.principal(), nonce, view.expires_at);
  return json_response(201, view, {{"cache-control", "no-store"}});
}

}  // namespace callgate
