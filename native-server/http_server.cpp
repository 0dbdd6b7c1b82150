#include "native-server/http_server.hpp"

#include <boost/asio/post.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "native-server/http_loop.hpp"

namespace callgate {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using http_detail::Loop;

struct HttpServer::State {
  State(HttpServerOptions chosen, std::function<void(std::shared_ptr<Exchange>)> handler)
      : options(std::move(chosen)) {
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
      loops.push_back(std::make_shared<Loop>(options, handler));
    }
    acceptor.emplace(loops.front()->io);
    accept_retry.emplace(loops.front()->io);
  }

  void listen();
  void accept();
  void take(const std::shared_ptr<Loop>& loop, tcp::socket socket);
  [[nodiscard]] std::int64_t connections() const {
    std::int64_t sum = 0;
    for (const auto& loop : loops) {
      sum += loop->connections();
    }
    return sum;
  }

  const HttpServerOptions options;
  std::vector<std::shared_ptr<Loop>> loops;
  std::optional<tcp::acceptor> acceptor;
  std::optional<asio::steady_timer> accept_retry;
  std::size_t next_loop = 0;
  std::uint16_t port = 0;
  std::vector<std::thread> threads;
  bool stopped = false;
};

void HttpServer::State::listen() {
  try {
    const tcp::endpoint endpoint{asio::ip::make_address(options.address), options.port};
    acceptor->open(endpoint.protocol());
    acceptor->set_option(tcp::acceptor::reuse_address{true});
    acceptor->bind(endpoint);
    acceptor->listen(asio::socket_base::max_listen_connections);
    port = acceptor->local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + options.address + " port " +
                             std::to_string(options.port) + ": " + error.code().message());
  }
}

void HttpServer::State::accept() {
  const std::shared_ptr<Loop> loop = loops[next_loop++ % loops.size()];
  acceptor->async_accept(loop->io, [this, loop](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor->is_open()) {
      return;
    }
    if (!error) {
      take(loop, std::move(socket));
      accept();
      return;
    }
    // Out of descriptors, most likely: those in use come back, so wait a moment.
    accept_retry->expires_after(std::chrono::milliseconds{100});
    accept_retry->async_wait([this](error_code aborted) {
      if (!aborted) {
        accept();
      }
    });
  });
}

void HttpServer::State::take(const std::shared_ptr<Loop>& loop, tcp::socket socket) {
  if (connections() >= options.connections_max) {
    return;  // closed at once: better than to starve those that are served
  }
  auto connection = http_detail::make_connection(loop, std::move(socket));
  asio::post(loop->io, [connection = std::move(connection)] { connection->start(); });
}

HttpServer::HttpServer(HttpServerOptions options,
                       std::function<void(std::shared_ptr<Exchange>)> handler)
    : state_(std::make_unique<State>(std::move(options), std::move(handler))) {
  state_->listen();
  state_->accept();
  for (const auto& loop : state_->loops) {
    state_->threads.emplace_back([loop] { loop->run(); });
  }
}

HttpServer::~HttpServer() {
  stop(std::chrono::milliseconds{0});
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  if (std::exchange(state_->stopped, true)) {
    return;
  }
  asio::post(state_->loops.front()->io, [state = state_.get()] {
    error_code ignored;
    state->acceptor->close(ignored);
    state->accept_retry->cancel();
  });
  for (const auto& loop : state_->loops) {
    asio::post(loop->io, [loop] { loop->begin_stop(); });
  }
  const auto until = std::chrono::steady_clock::now() + grace;
  // Connections report nothing when they end: this runs once, at the end, so it may look and wait.
  while (state_->connections() > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  for (const auto& loop : state_->loops) {
    asio::post(loop->io, [loop] {
      loop->close_all();
      loop->io.stop();
    });
  }
  for (std::thread& thread : state_->threads) {
    thread.join();
  }
  for (const auto& loop : state_->loops) {
    loop->close_mailbox();
    loop->io.restart();
    loop->io.poll();  // lets go of what the last handlers held
  }
}

}  // namespace callgate
