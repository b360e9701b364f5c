// The few things that a page must do in the browser itself.
const systemLight = matchMedia("(prefers-color-scheme: light)");
const systemTheme = () => (systemLight.matches ? "light" : "dark");

window.podConsole = {
  // Who chooses what the system has goes on following the system. Answers whether the system is followed.
  setTheme(theme) {
    const follows = theme === systemTheme();
    document.cookie = `__Host-PodConsoleTheme=${theme}; Path=/; Max-Age=${follows ? 0 : 31536000}; SameSite=Lax; Secure`;
    document.documentElement.dataset.theme = theme;
    return follows;
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
  focusButton(element) {
    element.querySelector("button")?.focus();
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

// The server draws the next page in these colours at once.
function followSystem() {
  document.cookie = `__Host-PodConsoleSystemTheme=${systemTheme()}; Path=/; Max-Age=31536000; SameSite=Lax; Secure`;
  if (!/(^|; )__Host-PodConsoleTheme=/.test(document.cookie)) {
    document.documentElement.dataset.theme = systemTheme();
  }
}

followSystem();
systemLight.addEventListener("change", followSystem);

// Blazor tells this element when the circuit is lost and found.
document.addEventListener("components-reconnect-state-changed", ({ target, detail }) => {
  if (detail.state === "hide") {
    target.close();
  } else if (!target.open) {
    target.showModal();
  }
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest(".reconnect-reload")) {
    location.reload();
  }
});
