"use strict";
(() => {
  const place = document.getElementById("timeline");
  const list = document.getElementById("list");
  if (typeof TL === "undefined") return; // no player: the list is the page
  const data = JSON.parse(document.getElementById("timeline-data").textContent);
  const code = document.getElementById("player");
  // The player would ask for fonts and words elsewhere unless told not to; words can only be asked for on a server.
  const options = { font: null, hash_bookmark: true, script_path: new URL("./", code.src).href };
  if (location.protocol.startsWith("http")) options.language = place.dataset.lang;
  place.hidden = false;
  const timeline = new TL.Timeline(place, data, options);
  timeline.on("ready", () => { list.open = false; });
})();
