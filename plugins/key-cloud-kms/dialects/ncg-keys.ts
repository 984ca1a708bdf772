/** Id of NCG in key documents: its `URIExtXKey` holds the key and the IV. */
const NCG_SYSTEM_ID = 'd9e4411a-e886-4909-a380-a77f28d52335';

/** With PallyCon a key of NCG is nowhere else. */
export const NCG_KEYS_REQUIRED = { ncg: { systemId: NCG_SYSTEM_ID, isRequired: true } } as const;

/** Elsewhere a content key with an IV will do as well. */
export const NCG_KEYS = { ncg: { systemId: NCG_SYSTEM_ID, isRequired: false } } as const;
