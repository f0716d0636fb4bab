/** JSON, as far as this file looks into it. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

const REFERENCE = '#/components/schemas/';

/**
 * Brings the generated document into the form that people and generators want. The generator lists each schema twice, as it is
 * before (`JobInput`) and after parsing (`Job`), used or not, and takes TypeScript's `readonly` for OpenAPI's `readOnly`, which
 * would forbid to send it.
 *
 * @param document OpenAPI 3.1
 * @returns another document
 */
export function tidyDocument(document: JsonObject): JsonObject {
  const schemas = schemasOf(document);
  const used = usedSchemas(document, schemas);
  const newNames = new Map<string, string>();
  for (const name of used) {
    const plain = name.replace(/Input$/, '');
    newNames.set(name, plain !== name && !used.has(plain) ? plain : name);
  }
  const kept = [...used].sort().map((name) => [newNames.get(name) ?? name, schemas[name] ?? {}] as const);
  const { components, ...rest } = document;
  const tidied = {
    ...rest,
    components: { ...(isObject(components) ? components : {}), schemas: Object.fromEntries(kept) },
  };
  return rewrite(tidied, newNames) as JsonObject;
}

function schemasOf({ components }: JsonObject): JsonObject {
  const schemas = isObject(components) ? components.schemas : undefined;
  return isObject(schemas) ? schemas : {};
}

/** Names of the schemas that the paths refer to, directly or by way of others. */
function usedSchemas({ paths = {} }: JsonObject, schemas: JsonObject): Set<string> {
  const used = new Set<string>();
  const visit = (value: Json): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isObject(value)) return;
    const { $ref } = value;
    if (typeof $ref === 'string' && $ref.startsWith(REFERENCE)) {
      const name = $ref.slice(REFERENCE.length);
      if (used.has(name)) return;
      used.add(name);
      visit(schemas[name] ?? null);
    }
    for (const item of Object.values(value)) visit(item);
  };
  visit(paths);
  return used;
}

function rewrite(value: Json, names: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => rewrite(item, names));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([name, item]) => !(name === 'readOnly' && item === true));
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (name !== '$ref' || typeof item !== 'string') return [name, rewrite(item, names)];
      const schema = item.slice(REFERENCE.length);
      return [name, `${REFERENCE}${names.get(schema) ?? schema}`];
    }),
  );
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
