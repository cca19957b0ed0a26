/**
 * Permissions that are there or not.
 *
 * @module
 */

/**
 * Checks a permission beforehand: to use one that is missing makes the runtime ask for it where
 * there is a terminal, and the whole server stands still until somebody answers.
 *
 * @param how gives the permission.
 * @throws {Error} if it is missing.
 */
export function requirePermission(descriptor: Deno.PermissionDescriptor, how: string): void {
  if (Deno.permissions.querySync(descriptor).state === "granted") return;
  throw new Error(`it is not permitted: that takes ${how}`);
}
