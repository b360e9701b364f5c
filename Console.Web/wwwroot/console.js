// The few things that a page must do in the browser itself.
window.podConsole = {
  setTheme(theme) {
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`;
    document.documentElement.dataset.theme = theme;
  },
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  },
  submit(id) {
    document.getElementById(id).submit();
  },
  focusFirstError(id) {
    document.getElementById(id)?.querySelector("[aria-invalid=true]")?.focus();
  },
  scrollToEnd(element) {
    element.scrollTop = element.scrollHeight;
  },
  // Keeps the end of a growing element in view, unless and until the person scrolls up; data-following says which.
  followEnd(element) {
    let top = 0;
    element.dataset.following = "true";
    element.addEventListener("scroll", () => {
      const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
      if (isAtEnd || element.scrollTop < top) {
        element.dataset.following = isAtEnd ? "true" : "false";
      }
      top = element.scrollTop;
    });
    new MutationObserver(() => {
      if (element.dataset.following === "true") {
        element.scrollTop = element.scrollHeight;
      }
    }).observe(element, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["style"] });
  },
  download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  },
};

// Whoever never chose a theme gets the system's, from the first interactive page on.
if (!/(^|; )theme=/.test(document.cookie)) {
  podConsole.setTheme(matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".reconnect-reload")) {
    location.reload();
  }
});
