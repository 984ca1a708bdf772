/** Content ids from a customer's CID issue page (plugins/GATEWAY.md). */
export { checkSiteKey } from './cipher.ts';
export type { IssueFormat, IssueQuestion } from './documents.ts';
export { type IssuedContent, type IssuePage, requestContentId } from './issue-page.ts';
