/** Whether a URL is plain HTTP to another machine: everybody between here and there can read it, and change it. */
export const isPlainHttp = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !isLoopback(hostname);

/** Whether a host is this machine, as `URL` writes hosts (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3; RFC 6761, 6.3). */
export const isLoopback = (hostname: string): boolean =>
  /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost\.?)$/.test(hostname);
