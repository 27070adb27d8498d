/* Keeps the progress of an import moving. Without it the page loads itself anew. */
"use strict";
(() => {
    const shown = document.getElementById("import-progress");
    if (!shown) return;
    const bar = shown.querySelector("progress");
    const said = document.getElementById("import-said");
    const counts = document.getElementById("import-counts");
    let pause = 1000; // milliseconds; longer while the server does not answer

    async function look() {
        try {
            const answer = await fetch(shown.dataset.url, { credentials: "same-origin" });
            if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
            const now = await answer.json();
            if (now.state !== shown.dataset.state) {
                window.location.reload();
                return;
            }
            bar.max = now.total || 1;
            bar.value = now.done;
            if (said.textContent !== now.said) said.textContent = now.said;
            counts.textContent = now.counts;
            pause = 1000;
        } catch {
            pause = Math.min(pause * 2, 15000);
        }
        window.setTimeout(look, pause);
    }
    window.setTimeout(look, pause);
})();
