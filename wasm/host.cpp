#include "wasm/host.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/check.hpp"

// Imported; wasm/host_library.js has them. host_ask answers the size of what it holds now, or -1
// for nothing; host_take copies it to memory and lets go of it.
extern "C" {
std::int32_t host_ask(std::int32_t host, std::int32_t what, const std::uint8_t* bytes,
                      std::size_t size);
void host_take(std::uint8_t* into);
}

namespace callgate::wasm {
namespace {

constexpr std::int64_t kIntegerMax = std::int64_t{1} << 53;
constexpr std::size_t kValueBytesMax = 2 * 1024 * 1024;

void append_u32(Blob& out, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

void append_blob(Blob& out, Bytes bytes) {
  append_u32(out, bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The rules of the port that this side would not notice: a number is rounded, a text mended, the
// platform's limit of a value is another.
const char* refusal_of(const Param& param) {
  std::size_t size = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&param)) {
    return *integer > kIntegerMax || *integer < -kIntegerMax ? "an integer beyond 2^53" : nullptr;
  }
  if (const auto* text = std::get_if<std::string_view>(&param)) {
    if (first_invalid_utf8(*text)) {
      return "not UTF-8, or with a NUL";
    }
    size = text->size();
  } else if (const auto* blob = std::get_if<Bytes>(&param)) {
    size = blob->size();
  }
  return size > kValueBytesMax ? "longer than 2 MB" : nullptr;
}

void append_param(Blob& out, const Param& param) {
  out.push_back(static_cast<std::uint8_t>(param.index()));
  if (const auto* integer = std::get_if<std::int64_t>(&param)) {
    const auto number = static_cast<double>(*integer);
    std::uint8_t bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.insert(out.end(), std::begin(bytes), std::end(bytes));
  } else if (const auto* text = std::get_if<std::string_view>(&param)) {
    append_blob(out, bytes_of(*text));
  } else if (const auto* blob = std::get_if<Bytes>(&param)) {
    append_blob(out, *blob);
  }
}

// What the host answered, or nullopt.
std::optional<Blob> ask(std::int32_t host, Ask what, const Blob& question) {
  const std::int32_t size =
      host_ask(host, static_cast<std::int32_t>(what), question.data(), question.size());
  if (size < 0) {
    return std::nullopt;
  }
  Blob answer(static_cast<std::size_t>(size));
  host_take(answer.data());
  return answer;
}

// Reads an answer's fields in order. The host library is ours: a field past the end is an
// invariant.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  Bytes take(std::size_t size) {
    CALLGATE_CHECK(size <= rest_.size());
    const Bytes out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }
  std::uint8_t u8() { return take(1)[0]; }
  std::size_t u32() {
    const Bytes bytes = take(4);
    return static_cast<std::size_t>(bytes[0]) | static_cast<std::size_t>(bytes[1]) << 8 |
           static_cast<std::size_t>(bytes[2]) << 16 | static_cast<std::size_t>(bytes[3]) << 24;
  }
  Cell cell() {
    switch (u8()) {
      case 0:
        return Null{};
      case 1: {
        double number = 0;
        std::memcpy(&number, take(sizeof number).data(), sizeof number);
        return static_cast<std::int64_t>(number);
      }
      case 2:
        return std::string{text_of(take(u32()))};
      default: {
        const Bytes blob = take(u32());
        return Blob{blob.begin(), blob.end()};
      }
    }
  }
  [[nodiscard]] Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
};

Digest digest_of(const std::optional<Blob>& answer) {
  Digest digest{};
  CALLGATE_CHECK(answer && answer->size() == digest.size());
  std::copy(answer->begin(), answer->end(), digest.begin());
  return digest;
}

Blob sealing(std::string_view purpose, const Nonce& nonce, Bytes data, Bytes associated) {
  Blob question;
  append_blob(question, bytes_of(purpose));
  append_blob(question, nonce);
  append_blob(question, data);
  append_blob(question, associated);
  return question;
}

}  // namespace

std::string workspace_of(std::int32_t host) {
  const auto name = ask(host, Ask::workspace, {});
  CALLGATE_CHECK(name.has_value());
  return std::string{text_of(*name)};
}

Rows HostSql::exec(std::string_view statement, std::span<const Param> params) {
  Blob question;
  append_blob(question, bytes_of(statement));
  append_u32(question, params.size());
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (const char* refusal = refusal_of(params[i])) {
      throw SqlError{"parameter " + std::to_string(i + 1) + ": " + refusal};
    }
    append_param(question, params[i]);
  }
  const auto answer = ask(host_, Ask::exec, question);
  CALLGATE_CHECK(answer.has_value());
  Reader reader{*answer};
  if (reader.u8() != 0) {
    throw SqlError{std::string{text_of(reader.rest())}};
  }
  const std::size_t columns = reader.u32();
  const std::size_t count = reader.u32();
  std::vector<Cell> cells;
  cells.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    cells.push_back(reader.cell());
  }
  return Rows{columns, std::move(cells)};
}

Digest HostCrypto::sha256(Bytes data) {
  Blob question;
  append_blob(question, data);
  return digest_of(ask(host_, Ask::sha256, question));
}

Blob HostCrypto::hmac(HmacHash hash, Bytes key, Bytes data) {
  const auto number = static_cast<std::uint8_t>(hash);
  Blob question;
  append_blob(question, Bytes{&number, 1});
  append_blob(question, key);
  append_blob(question, data);
  auto mac = ask(host_, Ask::hmac, question);
  CALLGATE_CHECK(mac.has_value());
  return std::move(*mac);
}

Digest HostCrypto::deployment_mac(std::string_view purpose, Bytes data) {
  Blob question;
  append_blob(question, bytes_of(purpose));
  append_blob(question, data);
  return digest_of(ask(host_, Ask::deployment_mac, question));
}

Blob HostCrypto::seal(std::string_view purpose, const Nonce& nonce, Bytes plaintext,
                      Bytes associated) {
  auto sealed = ask(host_, Ask::seal, sealing(purpose, nonce, plaintext, associated));
  CALLGATE_CHECK(sealed.has_value());
  return std::move(*sealed);
}

std::optional<Blob> HostCrypto::open(std::string_view purpose, const Nonce& nonce, Bytes sealed,
                                     Bytes associated) {
  return ask(host_, Ask::open, sealing(purpose, nonce, sealed, associated));
}

}  // namespace callgate::wasm
