#include "native-server/page.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"
#include "core/core.hpp"

namespace callgate {

// Made from native-server/www by the build.
extern const std::string_view kIndexHtml;
extern const std::string_view kAppJs;
extern const std::string_view kAppCss;
extern const std::string_view kDocsHtml;
extern const std::string_view kDocsJs;
extern const std::string_view kSwaggerJs;
extern const std::string_view kSwaggerCss;

namespace {

struct Asset {
  std::string_view path;
  std::string_view type;
  const std::string_view* content;
};

constexpr std::array<Asset, 7> kAssets{{
    {"/", "text/html; charset=utf-8", &kIndexHtml},
    {"/app.js", "text/javascript; charset=utf-8", &kAppJs},
    {"/app.css", "text/css; charset=utf-8", &kAppCss},
    {"/docs", "text/html; charset=utf-8", &kDocsHtml},
    {"/docs.js", "text/javascript; charset=utf-8", &kDocsJs},
    {"/vendor/swagger-ui-bundle.js", "text/javascript; charset=utf-8", &kSwaggerJs},
    {"/vendor/swagger-ui.css", "text/css; charset=utf-8", &kSwaggerCss},
}};

}  // namespace

std::optional<Response> page_at(std::string_view method, std::string_view path) {
  auto headers = page_headers(method, path);
  if (!headers) {
    return std::nullopt;
  }
  const auto* const asset = std::find_if(kAssets.begin(), kAssets.end(),
                                         [path](const Asset& one) { return one.path == path; });
  CALLGATE_CHECK(asset != kAssets.end());
  headers->emplace(headers->begin(), "content-type", asset->type);
  return Response{200, std::move(*headers), std::string{*asset->content}};
}

}  // namespace callgate
