#include "native-server/http_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <curl/curl.h>
#include <filesystem>

#include "native-server/curl.hpp"

namespace callgate {
namespace {

constexpr std::size_t kBodyBytesMax = 64 * 1024 * 1024;

struct FileCloser {
  void operator()(std::FILE* file) const {
    if (file != stdin) {
      static_cast<void>(std::fclose(file));
    }
  }
};

struct Transfer {
  const ClientRequest* request = nullptr;
  ClientResponse response;
  CURL* easy = nullptr;
};

std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* data) {
  auto* transfer = static_cast<Transfer*>(data);
  long status = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  if (transfer->request->on_data && status == 200) {
    return transfer->request->on_data({bytes, count}) ? count : 0;
  }
  if (transfer->response.body.size() + count > kBodyBytesMax) {
    return 0;
  }
  transfer->response.body.append(bytes, count);
  return count;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* data) {
  auto* transfer = static_cast<Transfer*>(data);
  const std::string_view line{bytes, count};
  if (line.substr(0, 5) == "HTTP/") {
    transfer->response.headers.clear();  // a 100 Continue came before
    return count;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    std::string name{line.substr(0, colon)};
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const std::size_t from = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    const std::size_t to = line.find_last_not_of(" \t\r\n") + 1;
    transfer->response.headers.emplace_back(
        std::move(name), std::string{line.substr(from, to > from ? to - from : 0)});
  }
  return count;
}

int on_progress(void* data, curl_off_t, curl_off_t, curl_off_t total, curl_off_t now) {
  const auto* transfer = static_cast<const Transfer*>(data);
  if (transfer->request->on_progress) {
    transfer->request->on_progress(now, total);
  }
  return 0;
}

}  // namespace

struct HttpClient::State {
  Easy easy{curl_easy_init()};
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}
HttpClient::~HttpClient() = default;

std::string ClientResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

ClientResponse HttpClient::send(const ClientRequest& request) {
  CURL* easy = state_->easy.get();
  curl_easy_reset(easy);
  Transfer transfer{&request, {}, easy};
  HeaderList headers;
  const auto add_header = [&headers](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    static_cast<void>(headers.release());
    headers.reset(longer);
  };
  for (const auto& [name, value] : request.headers) {
    add_header(name + ": " + value);
  }
  std::unique_ptr<std::FILE, FileCloser> file;
  if (!request.upload_path.empty()) {
    const bool standard_input = request.upload_path == "-";
    file.reset(standard_input ? stdin : std::fopen(request.upload_path.c_str(), "rb"));
    if (file == nullptr) {
      throw ClientError("cannot read " + request.upload_path + ": " + std::strerror(errno));
    }
    std::error_code no_size;
    const auto size = std::filesystem::file_size(request.upload_path, no_size);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READDATA, file.get());
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                     no_size ? curl_off_t{-1} : static_cast<curl_off_t>(size));
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024L);
  } else if (request.method != "GET" && request.method != "DELETE") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(request.timeout_s));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (request.on_progress) {
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
  }
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = status;
  // An early refusal closes the connection while the body is still sent: the answer is there all
  // the same.
  const bool answered_early = status >= 400 && !transfer.response.body.empty();
  const bool reader_stopped = code == CURLE_WRITE_ERROR && request.on_data != nullptr;
  if (code != CURLE_OK && !answered_early && !reader_stopped) {
    throw ClientError(request.url.substr(0, request.url.find('?')) + ": " +
                      curl_easy_strerror(code));
  }
  return std::move(transfer.response);
}

}  // namespace callgate
