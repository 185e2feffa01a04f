/**
 * What the launcher prepares once per build, before the AOT cache is recorded. Depends only on the
 * JDK. Read {@link io.troupe.deploy.launch.LaunchFlags} first.
 */
package io.troupe.deploy.launch;
