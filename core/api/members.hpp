// /api/members: whose stored role holds here, whatever their token says, and invitations. Nobody
// gives a role that may more than they may, or touches who has one; the last owner stays one. Who
// is removed loses their sessions, and the keys and invitations that they made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/access.hpp"
#include "core/api/router.hpp"
#include "core/api/schema.hpp"
#include "core/store/access.hpp"

namespace callgate {

// In the order of roles().
enum class Role : std::uint8_t { owner, admin, operator_, agent, analyst, viewer };
constexpr auto words(Role /*unused*/) {
  return std::array{
      word("owner", Role::owner, "Everything, API keys too"),
      word("admin", Role::admin, "Settings, limits, provider accounts, members"),
      word("operator", Role::operator_, "Jobs, calls, contacts, lists, schedules"),
      word("agent", Role::agent, "Reads, and works on their own calls"),
      word("analyst", Role::analyst, "Reads and exports, numbers masked"),
      word("viewer", Role::viewer, "Reads, numbers masked"),
  };
}
[[nodiscard]] inline std::string role_name(Role role) {
  return std::string{roles()[static_cast<std::size_t>(role)]};
}

// ApiError 403 unless the giver may all that the given may: nobody gives, or takes from somebody,
// more than they have.
void refuse_beyond(const Principal& giver, const Principal& given);

struct MemberSettings {
  Role role = Role::viewer;
  std::optional<std::string> name;
  static constexpr auto fields() {
    return std::array{
        field<&MemberSettings::role>("role", "What they may do"),
        field<&MemberSettings::name>("name", "For people; left out: as it was", text(1, 100))};
  }
};

struct MemberView {
  static constexpr std::string_view kSchemaName = "Member";
  std::string subject;
  std::string role;
  std::optional<std::string> name;
  Instant since{};
  std::string added_by;
  static constexpr auto fields() {
    return std::array{
        field<&MemberView::subject>("subject", "As their tokens have it (sub), or member:inv_…"),
        field<&MemberView::role>("role", "What they may do"),
        field<&MemberView::name>("name", "For people"),
        field<&MemberView::since>("since", "When they got this role"),
        field<&MemberView::added_by>("addedBy", "The subject of who gave it")};
  }
};

struct MemberList {
  std::vector<MemberView> members;
  static constexpr auto fields() {
    return std::array{
        field<&MemberList::members>("members", "By subject", callgate::items(0, 1000))};
  }
};

struct NewInvitation {
  Role role = Role::viewer;
  std::optional<std::string> name;
  std::int64_t expires_in_hours = 72;
  static constexpr auto fields() {
    return std::array{
        field<&NewInvitation::role>("role", "What they will be able to do"),
        field<&NewInvitation::name>("name", "Of who is invited, for people", text(1, 100)),
        field<&NewInvitation::expires_in_hours>("expiresInHours", "How long it can be accepted",
                                                range(1, 720), defaulted())};
  }
};

struct InvitationView {
  static constexpr std::string_view kSchemaName = "Invitation";
  std::string id;
  std::string role;
  std::optional<std::string> name;
  std::string invited_by;
  Instant created_at{};
  Instant expires_at{};
  std::optional<std::string> token;
  std::optional<std::string> link;
  static constexpr auto fields() {
    return std::array{
        field<&InvitationView::id>("id", "inv_…"),
        field<&InvitationView::role>("role", "What they will be able to do"),
        field<&InvitationView::name>("name", "Of who is invited"),
        field<&InvitationView::invited_by>("invitedBy", "The subject of who invited them"),
        field<&InvitationView::created_at>("createdAt", "When"),
        field<&InvitationView::expires_at>("expiresAt", "From then on it is worth nothing"),
        field<&InvitationView::token>(
            "token", "For POST /api/members/invitations/accept; told once, when it is made"),
        field<&InvitationView::link>(
            "link", "Whoever opens it first is the member; told once, when it is made")};
  }
};

struct InvitationList {
  std::vector<InvitationView> invitations;
  static constexpr auto fields() {
    return std::array{field<&InvitationList::invitations>("invitations", "Newest first",
                                                          callgate::items(0, 1000))};
  }
};

struct InvitationToken {
  std::string token;
  static constexpr auto fields() {
    return std::array{field<&InvitationToken::token>("token", "Of the invitation", text(1, 500))};
  }
};

inline constexpr std::string_view kUsedInvitation =
    "The invitation has expired, was used before, or was taken back.";

// Makes who holds this invitation a member under that subject, and the invitation is gone. nullopt:
// it has expired, was used or withdrawn, or its maker may no longer give that role.
[[nodiscard]] std::optional<Member> join_by_invitation(const Request& request,
                                                       std::string_view invitation,
                                                       const std::string& subject);

Answer get_members(Request& request);
Answer put_member(Request& request);
Answer delete_member(Request& request);
Answer post_invitation(Request& request);
Answer get_invitations(Request& request);
Answer delete_invitation(Request& request);
Answer post_invitation_accept(Request& request);

}  // namespace callgate
