// A server that accepts one connection at a time and sends the very bytes a test names.
#pragma once

#include <poll.h>

#include "tests/native/raw_client.hpp"

namespace callgate::test {

class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Peer() { close(); }

  void close() {
    if (fd_ >= 0) {
      ::close(std::exchange(fd_, -1));
    }
  }
  void send(std::string_view bytes) const {
    static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  std::string read_until(std::string_view end) const {
    std::string all;
    char byte = 0;
    while (all.find(end) == std::string::npos && recv(fd_, &byte, 1, 0) == 1) {
      all += byte;
    }
    return all;
  }
  void read_to_end() const {
    char buffer[4096];
    while (recv(fd_, buffer, sizeof buffer, 0) > 0) {
    }
  }

 private:
  int fd_;
};

class RawServer {
 public:
  RawServer() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(fd_, 16) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() { close(fd_); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Peer accept() const { return Peer{::accept(fd_, nullptr, nullptr)}; }
  [[nodiscard]] bool wait_for_connection(int ms) const {
    pollfd poll_one{fd_, POLLIN, 0};
    return poll(&poll_one, 1, ms) == 1;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace callgate::test
