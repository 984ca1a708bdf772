import { render } from 'preact';
import { App } from './app.tsx';
import { watchKeySessions } from './watch-keys.ts';
import { watchRequests } from './watch-requests.ts';

watchKeySessions();
watchRequests();

const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  render(<App />, root);
}
