/**
 * Metadata of the objects of outputs: the id of the run that has written them. ETags do not tell: where the service encrypts with
 * keys of its own (SSE-KMS), they are no hashes of what was written.
 */
export const RUN_HEADER = 'x-amz-meta-sealpack-run';
