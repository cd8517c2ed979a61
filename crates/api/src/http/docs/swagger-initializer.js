"use strict";

// The box at the top finds operations: every word typed must occur in the path, the method, the summary, the description,
// the name or the tag of an operation. Swagger UI's own box looks at tags only.
const finds = (phrase) => {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  return (tag, operation) => {
    const about = ["summary", "description", "operationId"].map((key) => operation.getIn(["operation", key]) || "");
    const text = [tag, operation.get("method"), operation.get("path"), ...about].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
};

const SearchOfOperations = () => ({
  fn: {
    opsFilter: (tags, phrase) => {
      const matches = finds(phrase);
      return tags
        .map((tag, name) => tag.set("operations", tag.get("operations").filter((operation) => matches(name, operation))))
        .filter((tag) => tag.get("operations").size > 0);
    },
  },
});

window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    // The token stays in this browser until "Logout"; without it every reload asks for it again.
    persistAuthorization: true,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [SearchOfOperations],
    // Without this the page would show a badge of an outside validator.
    validatorUrl: "none",
  });
});
