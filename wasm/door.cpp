// The door between JavaScript and the core: one class, bytes through views of the memory, no
// string. The caller asks for room, writes an encoded Input there, calls, and reads the answer
// where output() says; views are taken anew after every call, because memory may have grown.
// Nothing is thrown either way: the host's failures are values (wasm/host.hpp), the core's
// exceptions end here as a status.
#include <algorithm>
#include <emscripten/bind.h>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/check.hpp"
#include "core/core.hpp"
#include "core/wire.hpp"
#include "wasm/host.hpp"

namespace callgate::wasm {
namespace {

// Numbers are shared with wasm/callgate.d.ts.
enum Status : int {
  kDone = 0,     // commit; the output is there
  kRefused = 1,  // not an Input: nothing was touched; the output is the reason
  kFailed = 2,   // roll back; the core has dropped its caches; the output is the reason
};

// Memory never shrinks, so what one large body needed is at least free for the next one's parsing.
constexpr std::size_t kKeptBytes = 256 * 1024;

// One call at a time in an instance that serves many objects: an entry while another runs would see
// its half-made state. JavaScript can only do that from inside a host function, which is our own
// mistake.
bool entered = false;

class Entry {
 public:
  Entry() {
    CALLGATE_CHECK(!entered);
    entered = true;
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() { entered = false; }
};

class Door {
 public:
  explicit Door(int host) : sql_(host), crypto_(host), core_(sql_, crypto_, workspace_of(host)) {}

  // Where to write an Input of so many bytes, for the next call; 0 when there is no room for it.
  std::uintptr_t room(int size) {
    if (size < 0) {
      return 0;
    }
    try {
      if (input_.capacity() > kKeptBytes) {
        input_ = {};
      }
      input_.resize(static_cast<std::size_t>(size));
    } catch (const std::exception&) {  // std::bad_alloc, std::length_error
      return 0;
    }
    return reinterpret_cast<std::uintptr_t>(input_.data());
  }
  [[nodiscard]] std::uintptr_t output() const {
    return reinterpret_cast<std::uintptr_t>(output_.data());
  }
  [[nodiscard]] int output_size() const { return static_cast<int>(output_.size()); }

  // Core::handle.
  int handle() {
    return guarded(decode_input, [this](const Input& input) { return core_.handle(input); });
  }

  // answer_without_workspace: the Output has no answer when the request is for the workspace's
  // core.
  int answer_early() {
    return guarded(decode_input, [this](const Input& input) {
      Output output;
      if (auto response = answer_without_workspace(request_of(input), zones_)) {
        output.answer = std::move(*response);
      }
      return output;
    });
  }

  // callgate::arrive, for an encoded Arriving: the output is an encoded Arrival.
  int arrive() {
    return guarded(decode_arriving,
                   [this](Arriving& asked) { return callgate::arrive(asked, crypto_, zones_); });
  }

  // callgate::host_problem: room() holds its name and, after a line break, its detail.
  int problem() {
    const Entry entry;
    const std::string_view said = input_;
    const std::size_t name_ends = std::min(said.find('\n'), said.size());
    output_ =
        encode(Arrival{Reply{{},
                             host_problem(said.substr(0, name_ends),
                                          said.substr(std::min(name_ends + 1, said.size())))}});
    return kDone;
  }

  void drop_caches() { core_.drop_caches(); }

 private:
  static const HttpRequest& request_of(const Input& input) {
    const auto* request = std::get_if<HttpRequest>(&input.event);
    CALLGATE_CHECK(request != nullptr);
    return *request;
  }

  template <class Decode, class Work>
  int guarded(Decode&& decode, Work&& work) {
    const Entry entry;
    output_ = {};
    try {
      auto input = decode(input_);
      if (!input) {
        output_ = input.error().detail;
        return kRefused;
      }
      output_ = encode(work(*input));
      return kDone;
    } catch (const std::exception& error) {  // SqlError, std::bad_alloc
      output_ = error.what();
    }
    core_.drop_caches();
    return kFailed;
  }

  HostSql sql_;
  HostCrypto crypto_;
  Core core_;
  ZoneTable zones_;  // of what needs no workspace
  std::string input_;
  std::string output_;
};

EMSCRIPTEN_BINDINGS(callgate) {
  emscripten::class_<Door>("Core")
      .constructor<int>()
      .function("room", &Door::room)
      .function("output", &Door::output)
      .function("outputSize", &Door::output_size)
      .function("handle", &Door::handle)
      .function("answerEarly", &Door::answer_early)
      .function("arrive", &Door::arrive)
      .function("problem", &Door::problem)
      .function("dropCaches", &Door::drop_caches);
}

}  // namespace
}  // namespace callgate::wasm
