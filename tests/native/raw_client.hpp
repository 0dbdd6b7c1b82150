// A client that sends the very bytes a test names and reads what comes back, with a limit on
// patience.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace callgate::test {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { close(fd_); }

  // False once the other side has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // How much the kernel takes now, without waiting.
  std::size_t send_without_waiting(std::string_view bytes) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  void finish_sending() { shutdown(fd_, SHUT_WR); }

  // Everything up to and with `end`.
  std::string read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = pending_.find(end)) == std::string::npos) {
      if (!receive()) {
        return take(pending_.size());
      }
    }
    return take(at + end.size());
  }
  std::string read_bytes(std::size_t count) {
    while (pending_.size() < count && receive()) {
    }
    return take(std::min(count, pending_.size()));
  }
  std::string read_to_end() {
    while (receive()) {
    }
    return take(pending_.size());
  }

  // One response: head, and a body of content-length.
  struct Reply {
    std::string head;
    std::string body;
    [[nodiscard]] int status() const { return head.size() > 12 ? std::stoi(head.substr(9, 3)) : 0; }
  };
  Reply read_reply(bool has_body = true) {
    Reply reply;
    reply.head = read_until("\r\n\r\n");
    const auto at = reply.head.find("content-length: ");
    if (has_body && at != std::string::npos) {
      reply.body = read_bytes(std::stoul(reply.head.substr(at + 16)));
    }
    return reply;
  }

 private:
  bool receive() {
    char buffer[16 * 1024];
    const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    if (count > 0) {
      pending_.append(buffer, static_cast<std::size_t>(count));
    }
    return count > 0;
  }
  std::string take(std::size_t count) {
    std::string taken = pending_.substr(0, count);
    pending_.erase(0, count);
    return taken;
  }

  int fd_;
  std::string pending_;
};

}  // namespace callgate::test
