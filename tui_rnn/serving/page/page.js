"use strict";
// textual.js reads from the page where its WebSocket is: at the address that this page itself came from, whatever its name.
const scheme = location.protocol === "https:" ? "wss:" : "ws:";

// It says only that the socket was closed. Why, this page reads from the code.
class ToldSocket extends WebSocket {
  constructor(address) {
    super(address);
    // keys go to the playground at once, without a click into it
    this.addEventListener("open", () => document.querySelector(".xterm-helper-textarea")?.focus());
    this.addEventListener("close", event => {
      const full = event.code === 1013;
      document.getElementById("why").textContent = full
        ? "All places are taken: somebody must leave first."
        : "The playground has ended. What it trained is saved.";
      document.getElementById("again").textContent = full ? "Try again" : "Start another";
    });
  }
}
window.WebSocket = ToldSocket;

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("terminal").dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
  const size = Number.parseInt(new URLSearchParams(location.search).get("fontsize"), 10);
  if (size >= 6 && size <= 60) document.getElementById("terminal").dataset.fontSize = String(size);
  document.getElementById("again").addEventListener("click", () => location.reload());
});
