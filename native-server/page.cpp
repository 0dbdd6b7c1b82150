#include "native-server/page.hpp"

#include <array>

namespace callgate {

// Made from native-server/www by the build.
extern const std::string_view kIndexHtml;
extern const std::string_view kAppJs;
extern const std::string_view kAppCss;

namespace {

// Nothing but this server's own files; no inline script, no frame.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' "
    "data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

struct Asset {
  std::string_view path;
  std::string_view type;
  const std::string_view* content;
};

constexpr std::array<Asset, 3> kAssets{{
    {"/", "text/html; charset=utf-8", &kIndexHtml},
    {"/app.js", "text/javascript; charset=utf-8", &kAppJs},
    {"/app.css", "text/css; charset=utf-8", &kAppCss},
}};

}  // namespace

std::optional<Response> page_at(std::string_view method, std::string_view path) {
  if (method != "GET" && method != "HEAD") {
    return std::nullopt;
  }
  for (const Asset& asset : kAssets) {
    if (asset.path == path) {
      return Response{200,
                      {{"content-type", std::string{asset.type}},
                       {"content-security-policy", std::string{kPolicy}},
                       {"cache-control", "no-cache"}},
                      std::string{*asset.content}};
    }
  }
  return std::nullopt;
}

}  // namespace callgate
