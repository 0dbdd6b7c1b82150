# Writes www/*.{html,js,css} as string constants: cmake -DFOLDER=… -DOUTPUT=… -P embed_page.cmake
set(content "// Made by embed_page.cmake from native-server/www.\n#include <string_view>\n\n\
#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\
namespace callgate {\n\n")
foreach(pair "kIndexHtml=index.html" "kAppJs=app.js" "kAppCss=app.css" "kDocsHtml=docs.html"
             "kDocsJs=docs.js" "kSwaggerJs=vendor/swagger-ui-bundle.js" "kSwaggerCss=vendor/swagger-ui.css")
  string(REPLACE "=" ";" pair "${pair}")
  list(GET pair 0 name)
  list(GET pair 1 file)
  file(READ "${FOLDER}/${file}" text)
  string(APPEND content
    "extern const std::string_view ${name};\nconst std::string_view ${name} = R\"callgate-page(${text})callgate-page\";\n\n")
endforeach()
string(APPEND content "}  // namespace callgate\n#pragma GCC diagnostic pop\n")
file(WRITE "${OUTPUT}" "${content}")
