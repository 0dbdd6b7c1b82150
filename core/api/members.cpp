#include "core/api/members.hpp"

#include <algorithm>

#include "core/api/audit.hpp"
#include "core/api/credentials.hpp"
#include "core/api/principals.hpp"

namespace callgate {
namespace {

constexpr std::string_view kOwner = "owner";

Principal with_role(const std::string& role) {
  return {{}, {}, {role}, {}};
}

MemberView view_of(const Member& member) {
  MemberView view;
  view.subject = member.subject;
  view.role = member.role;
  if (!member.name.empty()) {
    view.name = member.name;
  }
  view.since = member.since;
  view.added_by = member.maker;
  return view;
}

InvitationView view_of(const Service& service, const Invitation& invitation) {
  InvitationView view;
  view.id = invitation_id(service, invitation);
  view.role = invitation.role;
  if (!invitation.name.empty()) {
    view.name = invitation.name;
  }
  view.invited_by = invitation.maker;
  view.created_at = invitation.created_at;
  view.expires_at = invitation.expires_at;
  return view;
}

void keep_last_owner(Service& service, const Member& member) {
  const auto all = service.store.members.all();
  const auto owners =
      std::count_if(all.begin(), all.end(), [](const Member& one) { return one.role == kOwner; });
  if (member.role == kOwner && owners <= 1) {
    throw ApiError{409, "last_owner",
                   "The last owner stays one: make somebody else an owner first."};
  }
}

void refuse_more_than(std::size_t count, std::int64_t most, const char* what) {
  if (static_cast<std::int64_t>(count) >= most) {
    throw ApiError{409, "too_many",
                   "There are " + std::to_string(most) + " " + what + ", as many as may be."};
  }
}

// What somebody leaves behind who is a member no longer.
void end_everything_of(const Request& request, const std::string& subject) {
  Service& service = request.service();
  for (const Session& session : service.store.sessions.all()) {
    if (session.subject == subject) {
      service.store.sessions.remove(session.seq);
      record(request, "session.ended", session_id(service, session), subject);
    }
  }
  for (const ApiKey& key : service.store.keys.all()) {
    if (key.maker == subject) {
      service.store.keys.remove(key.seq);
      service.context.out.ended.push_back("key:" + key_id(service, key));
      record(request, "key.revoked", key_id(service, key), key.name);
    }
  }
  for (const Invitation& invitation : invitations::all(service.sql())) {
    if (invitation.maker == subject) {
      invitations::remove(service.sql(), invitation.seq);
      record(request, "invitation.withdrawn", invitation_id(service, invitation), "");
    }
  }
}

Member member_of(const Request& request, const std::string& subject) {
  const auto& member = request.service().store.members.find(subject);
  if (!member) {
    throw ApiError{404, "member_not_found", "There is no such member."};
  }
  return *member;
}

// Where the one who asks reaches this deployment.
std::string own_url(const HttpRequest& request) {
  const std::string_view host = request.header("host");
  std::string url = request.over_tls ? "https://" : "http://";
  return host.empty() ? std::string{} : url.append(host);
}

ApiError not_acceptable() {
  return {401,
          "invitation_invalid",
          kUsedInvitation,
          {},
          {{"www-authenticate", "Bearer error=\"invalid_token\""}}};
}

}  // namespace

void refuse_beyond(const Principal& giver, const Principal& given) {
  if (const auto permission = beyond(giver, given)) {
    throw ApiError{403, "beyond_own_rights",
                   "That has the permission \"" + std::string{*permission} +
                       "\", which you have not: nobody gives or takes more than they have."};
  }
}

Answer get_members(Request& request) {
  MemberList list;
  for (const Member& member : request.service().store.members.all()) {
    list.members.push_back(view_of(member));
  }
  return json_response(200, list);
}

Answer put_member(Request& request) {
  constexpr std::size_t kSubjectMax = 255;
  const auto wanted = request.body<MemberSettings>();
  Service& service = request.service();
  Member member{request.path("subject"), role_name(wanted.role), wanted.name.value_or(""),
                service.now(), request.principal().subject};
  const auto before = service.store.members.find(member.subject);
  const bool taken = is_own_subject(member.subject) && !before;
  if (taken || member.subject.empty() || member.subject.size() > kSubjectMax) {
    throw ApiError{422, "subject_invalid",
                   "A member's subject is what their tokens have as sub, at most 255 bytes, and "
                   "none of callgate's own."};
  }
  refuse_beyond(request.principal(), with_role(member.role));
  if (before) {
    refuse_beyond(request.principal(), with_role(before->role));
    if (member.role != kOwner) {
      keep_last_owner(service, *before);
    }
    member.name = wanted.name.value_or(before->name);
  } else {
    refuse_more_than(service.store.members.all().size(), Members::kMax, "members");
  }
  service.store.members.put(member);
  service.context.out.ended.push_back(member.subject);  // their streams go by what they may
  request.remark = (before ? before->role + " to " : std::string{}) + member.role;
  return json_response(before ? 200 : 201, view_of(member));
}

Answer delete_member(Request& request) {
  Service& service = request.service();
  const Member member = member_of(request, request.path("subject"));
  refuse_beyond(request.principal(), with_role(member.role));
  keep_last_owner(service, member);
  service.store.members.remove(member.subject);
  end_everything_of(request, member.subject);
  service.context.out.ended.push_back(member.subject);
  request.remark = member.role;
  return Response{204, {}, {}};
}

Answer post_invitation(Request& request) {
  const auto wanted = request.body<NewInvitation>();
  Service& service = request.service();
  const Principal& principal = request.principal();
  const std::string role = role_name(wanted.role);
  refuse_beyond(principal, with_role(role));
  refuse_more_than(invitations::all(service.sql()).size(), invitations::kMax, "invitations");
  const Invitation invitation{service.store.workspace.take_seq(),
                              service.now(),
                              service.now() + std::chrono::hours{wanted.expires_in_hours},
                              role,
                              wanted.name.value_or(""),
                              principal.subject};
  invitations::add(service.sql(), invitation, service.now());
  InvitationView view = view_of(service, invitation);
  record(request, "member.invited", view.id, role);
  view.token =
      make_invitation(service.context.crypto, service.workspace, view.id, invitation.expires_at);
  view.link = own_url(request.http) + "/sign-in?ticket=" + *view.token;
  return json_response(201, view, {{"cache-control", "no-store"}});
}

Answer get_invitations(Request& request) {
  Service& service = request.service();
  InvitationList list;
  for (const Invitation& invitation : invitations::all(service.sql())) {
    if (invitation.expires_at > service.now()) {
      list.invitations.push_back(view_of(service, invitation));
    }
  }
  return json_response(200, list);
}

Answer delete_invitation(Request& request) {
  Service& service = request.service();
  const auto invitation = find_invitation(service, request.path("id"));
  if (!invitation) {
    throw ApiError{404, "invitation_not_found", "There is no such invitation."};
  }
  refuse_beyond(request.principal(), with_role(invitation->role));
  invitations::remove(service.sql(), invitation->seq);
  request.remark = invitation->role;
  return Response{204, {}, {}};
}

std::optional<Member> join_by_invitation(const Request& request, std::string_view invitation,
                                         const std::string& subject) {
  Service& service = request.service();
  const auto found = find_invitation(service, invitation);
  if (!found || found->expires_at <= service.now()) {
    return std::nullopt;
  }
  const auto& maker = service.store.members.find(found->maker);
  if (maker && beyond(with_role(maker->role), with_role(found->role))) {
    return std::nullopt;
  }
  refuse_more_than(service.store.members.all().size(), Members::kMax, "members");
  const Member member{subject, found->role, found->name, service.now(), found->maker};
  invitations::remove(service.sql(), found->seq);
  service.store.members.put(member);
  record(request, "member.joined", subject, member.role);
  return member;
}

Answer post_invitation_accept(Request& request) {
  Service& service = request.service();
  const auto body = request.body<InvitationToken>();
  const std::string& subject = request.principal().subject;
  if (is_own_subject(subject)) {
    throw ApiError{403, "not_a_person",
                   "Only who signs in with a token of their own accepts it so; else open the "
                   "invitation's link."};
  }
  const auto id =
      read_invitation(service.context.crypto, service.workspace, body.token, service.now());
  if (!id) {
    throw not_acceptable();
  }
  if (service.store.members.find(subject)) {
    throw ApiError{409, "member_exists", "You are a member already."};
  }
  const auto member = join_by_invitation(request, *id, subject);
  if (!member) {
    throw not_acceptable();
  }
  service.context.out.ended.push_back(subject);
  return json_response(200, view_of(*member));
}

}  // namespace callgate
