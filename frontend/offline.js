// A form sent without a network leaves the browser's error page in place of what was filled in. So where the browser believes to be offline the
// portal is asked first: if it does not answer, nothing is sent, the page says so ([data-offline], with the words in data-words) and stays.
// Asked, because a browser without any network still reaches a portal on its own machine.
let asked = false;

const answers = () => fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);

export function offline(notice) {
  document.addEventListener("submit", async (event) => {
    if (navigator.onLine || asked) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // to the others the form was not sent
    const { target, submitter } = event;
    if (!await answers()) {
      notice.textContent = notice.dataset.words;
      return;
    }
    asked = true;
    target.requestSubmit(submitter);
    asked = false;
  }, true);
  window.addEventListener("online", () => { notice.textContent = ""; });
}
