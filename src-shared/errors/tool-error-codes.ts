import { defineErrorCodes } from './error-code-entry.js';

/** What can go wrong with programs of others (`src-main/adapters`). */
export const TOOL_ERROR_CODES = defineErrorCodes({
  TOOL_NOT_FOUND: {
    message: 'A program that this engine needs was not found.',
    hint: 'Install it or name its folder (`atlas doctor` says what was found), or use the built-in engine (--engine builtin).',
    httpStatus: 503,
    retryable: false,
  },
  TOOL_FAILED: {
    message: 'Another program ended with an error.',
    hint: 'Its last lines say why; the log has all of them. The built-in engine (--engine builtin) does without it.',
    httpStatus: 500,
    retryable: false,
  },
  TOOL_OUT_OF_MEMORY: {
    message: 'Another program ran out of memory.',
    hint: 'Close other programs, raise the memory limit of containers, use fewer threads or --tier preview.',
    httpStatus: 507,
    retryable: true,
  },
  TOOL_OUTPUT_UNREADABLE: {
    message: 'Another program wrote a result that cannot be read.',
    hint: 'Its version may not be supported: see `atlas doctor`, or use the built-in engine (--engine builtin).',
    httpStatus: 500,
    retryable: false,
  },
  TOOL_NOT_CAPABLE: {
    message: 'A program of this engine was built without what this needs.',
    hint: 'See `atlas doctor` for what was found, or use the built-in engine (--engine builtin).',
    httpStatus: 503,
    retryable: false,
  },
  RUN_NOT_FINISHED: {
    message: 'This folder holds no run whose cameras are solved.',
    hint: 'Name the folder given to `atlas reconstruct --out`; its `work` folder must still be there.',
    httpStatus: 409,
    retryable: false,
  },
  DOCKER_NOT_RUNNING: {
    message: 'The container engine is not running.',
    hint: 'Start Docker, or let this user use it (group docker); programs on this computer itself need no Docker.',
    httpStatus: 503,
    retryable: true,
  },
  IMAGE_MISSING: {
    message: 'The container image is not on this computer.',
    hint: 'Get it once with `atlas engines pull`: Atlas downloads nothing by itself.',
    httpStatus: 503,
    retryable: false,
  },
  CONTAINERS_NOT_FOUND: {
    message: 'Neither Docker nor Podman was found on this computer.',
    hint: 'Install one of them to run other engines in containers; the built-in engine does without.',
    httpStatus: 503,
    retryable: false,
  },
  REGISTRY_UNREACHABLE: {
    message: 'The registry that the container image comes from cannot be reached.',
    hint: 'Check the connection, a proxy or a firewall, then try again: layers that are here already are kept.',
    httpStatus: 502,
    retryable: true,
  },
  IMAGE_PULL_FAILED: {
    message: 'A container image could not be downloaded.',
    hint: 'Check its name (`docker/README.md`); some registries want a login first. The last lines say more.',
    httpStatus: 502,
    retryable: true,
  },
});
