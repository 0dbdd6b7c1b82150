// The API's own description, drawn by Swagger UI. Requests are tried with the session cookie, or with a token that
// is entered there and kept nowhere.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
