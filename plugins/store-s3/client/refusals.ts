import { fail, type PackagerError } from '../../../core/index.ts';
import { retold } from '../../../core/kit.ts';
import type { Refusal } from './refusal.ts';
import type { S3Side } from './types.ts';

/** Codes which say themselves that it may go well the next time, beside what `core/http` tries again. */
export const AGAIN: ReadonlySet<string> = new Set([
  ...['RequestTimeout', 'ConditionalRequestConflict', 'OperationAborted', 'InternalError', 'SlowDown'],
  ...['ServiceUnavailable', 'BadDigest', 'XAmzContentSHA256Mismatch', 'HTTP 408', 'HTTP 425', 'HTTP 200'],
]);

/** What a sentence needs to know beside the refusal. */
export interface AskedPlace {
  readonly side: S3Side;
  readonly bucket: string;
  /** `s3://bucket/key` */
  readonly name: string;
  readonly host: string;
  /** In which the request was signed. */
  readonly region: string;
  /** Where the credentials come from; absent: there were none yet. */
  readonly from: string | undefined;
}

/** What a code means: the end of a sentence without its full stop, and what to do. */
type Explanation = (place: AskedPlace, refusal: Refusal) => readonly [what: string, hint: string];

const NEEDED: Readonly<Record<S3Side, string>> = {
  input:
    'Reading needs s3:GetObject, and kms:Decrypt of what a KMS key encrypts. Without s3:ListBucket an object that is not there looks like this too.',
  output:
    'Writing needs s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket and s3:ListBucketMultipartUploads; `tags` s3:PutObjectTagging too, `acl` s3:PutObjectAcl, a KMS key kms:GenerateDataKey and kms:Decrypt.',
};

const theirs = ({ from }: AskedPlace): string =>
  from === undefined ? '' : ` The credentials are those of ${from}.`;

const denied: Explanation = (place, { words }) => [
  `${place.host} does not allow it${said(words)}`,
  `${NEEDED[place.side]}${theirs(place)}`,
];

const elsewhere: Explanation = ({ bucket, host, region }, refusal) =>
  refusal.region === undefined || refusal.region === region
    ? [
        `the bucket ${bucket} is not asked at ${host}, but elsewhere`,
        'Set `region` of storeS3 (or AWS_REGION) to that of the bucket, and `endpoint` if it has one.',
      ]
    : [
        `the bucket ${bucket} is in the region ${refusal.region}, and was looked for in ${region}`,
        `Set \`region: '${refusal.region}'\` in storeS3, or AWS_REGION=${refusal.region}.`,
      ];

const ended: Explanation = (place) => [
  'the credentials have run out',
  `Get new ones; the rest of a long run needs such as are renewed: a role, a profile, or \`credentials\` as a function.${theirs(place)}`,
];

const unknownKey: Explanation = (place) => [
  `${place.host} does not know the access key id`,
  `Check that it is whole and active, and that it belongs to this endpoint.${theirs(place)}`,
];

const lost = 'Run it again. If it comes back, the service or somebody else removes what is written.';

/** By the codes of S3 (API reference, "Error responses"). */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  NoSuchBucket: ({ bucket, host }) => [
    `there is no bucket ${bucket} at ${host}`,
    'Check its name, and the endpoint and the region of storeS3; it is not made here.',
  ],
  NoSuchKey: () => ['there is no such object', 'Check the key: upper and lower case count.'],
  AccessDenied: denied,
  AllAccessDisabled: denied,
  InvalidAccessKeyId: unknownKey,
  InvalidClientTokenId: unknownKey,
  SignatureDoesNotMatch: (place) => [
    `${place.host} finds that the signature does not fit: the secret access key is not the one of its id`,
    `Copy both again; where a proxy stands in between, it must leave host, path and headers as they are.${theirs(place)}`,
  ],
  ExpiredToken: ended,
  ExpiredTokenException: ended,
  TokenRefreshRequired: ended,
  InvalidToken: (place) => [
    `${place.host} does not take the session token`,
    `Set AWS_SESSION_TOKEN together with the key id and the secret that it came with, or none of it for lasting credentials.${theirs(place)}`,
  ],
  RequestTimeTooSkewed: ({ host }) => [
    `the clock of this machine is more than 15 minutes away from that of ${host}`,
    'Set the clock, and let it be kept (NTP).',
  ],
  PermanentRedirect: elsewhere,
  TemporaryRedirect: elsewhere,
  AuthorizationHeaderMalformed: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  SlowDown: ({ host }) => [
    `${host} is asked too much (SlowDown)`,
    'Package fewer titles at a time, or spread them over prefixes.',
  ],
  'HTTP 200': ({ host }) => [
    `${host} says neither that it was done nor why not`,
    'Check that `endpoint` of storeS3 is that of a service that speaks S3, and what stands in between.',
  ],
  NoSuchUpload: () => ['the upload is gone: it was aborted, or ended by another', lost],
  InvalidPart: () => ['a part of the upload is not there any more, or is another one', lost],
  InvalidPartOrder: () => ['the parts of the upload were not named in their order', lost],
  EntityTooSmall: () => [
    'a part of the upload is smaller than the service takes',
    'Set `partBytes` of storeS3 to 5 MiB at least.',
  ],
  EntityTooLarge: () => [
    'the service takes nothing so large',
    'Set another `partBytes` of storeS3, or choose another service.',
  ],
  BadDigest: () => [
    'what arrived was not what was sent (Content-MD5)',
    'The network or this machine damages data: check both.',
  ],
  XAmzContentSHA256Mismatch: () => [
    'what arrived was not what was sent (SHA-256)',
    'The network or this machine damages data: check both.',
  ],
  InvalidObjectState: () => [
    'it is archived and cannot be read at once',
    'Restore it first, or choose a copy in another storage class.',
  ],
  QuotaExceeded: ({ host }) => [`the quota at ${host} is used up`, 'Make room, or have it raised.'],
  InvalidStorageClass: ({ host }) => [
    `${host} has no such storage class`,
    'Choose another `storageClass` of storeS3.',
  ],
  AccessControlListNotSupported: () => [
    'the bucket takes no access control lists',
    'Leave `acl` of storeS3 out: the policy of the bucket decides who reads.',
  ],
  KeyTooLongError: () => ['the key is longer than 1024 bytes', 'Choose a shorter prefix.'],
  NotImplemented: ({ host }, { words }) => [
    `${host} does not do what was asked of it${said(words)}`,
    'Leave out the option of storeS3 that asks for it, or choose another service.',
  ],
};

/** By status, where there is no code, or none that is known. */
const STATUSES: Readonly<Record<number, Explanation>> = {
  301: elsewhere,
  307: elsewhere,
  401: denied,
  403: denied,
};

/**
 * A refusal as an error: INPUT_NOT_FOUND for an input, or a bucket of inputs, that is not there; INPUT_NOT_READABLE and
 * OUTPUT_NOT_WRITABLE for everything else.
 */
export function refused(place: AskedPlace, refusal: Refusal): PackagerError {
  const { code, status, words } = refusal;
  const known = Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : STATUSES[status];
  const [what, hint] = known?.(place, refusal) ?? [
    `${place.host} answered ${code}${said(words)}`,
    'If its words do not tell why, ask who runs the service.',
  ];
  const isMissing = code === 'NoSuchBucket' || code === 'NoSuchKey';
  if (isMissing && place.side === 'input') return fail.fileNotFound(place.name, `${what}.`, hint);
  const error = refusedWith(place, `${what}.`, hint);
  error.transient = AGAIN.has(code);
  return error;
}

/** @param reason with its full stop */
const refusedWith = (
  { side, name }: Pick<AskedPlace, 'side' | 'name'>,
  reason: string,
  hint = 'Check the endpoint of storeS3, and the network.',
): PackagerError =>
  side === 'input'
    ? fail.inputNotReadable(name, reason, hint)
    : fail.outputNotWritable(name, reason, undefined, hint);

/** An answer that nothing can be made of. @param how the end of a sentence */
export const garbled = (place: Pick<AskedPlace, 'side' | 'name'>, how: string): PackagerError =>
  refusedWith(place, `${how}.`, 'Check that `endpoint` of storeS3 is that of a service that speaks S3.');

/** What takes addresses apart on the way would ask for something else. */
export const unaskable = (place: Pick<AskedPlace, 'side' | 'name'>): PackagerError =>
  refusedWith(place, 'its key has a part that is . or .., which cannot be asked for.', undefined);

/** No answer came, or only ones that ask for patience. */
export const unanswered = (place: AskedPlace, cause: unknown): unknown =>
  retold(cause, ({ message, hint }) => {
    const isBusy = / HTTP (429|503)\b/.test(message);
    const patience = 'The service is asked too much: package fewer titles at a time, or try again later.';
    return refusedWith(place, message, isBusy ? patience : hint);
  });

const said = (words: string): string => (words === '' ? '' : `: ${words.replace(/[\s.]+$/, '')}`);
