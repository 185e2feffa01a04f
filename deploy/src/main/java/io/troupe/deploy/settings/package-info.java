/**
 * From what was typed to the configuration of a run. Every key of {@code reference.conf} is a flag:
 * {@link io.troupe.deploy.settings.SettingFlags} makes the options, {@link
 * io.troupe.deploy.settings.SettingLayers} lays flags over a file over the built-in task over the
 * defaults. Read {@link io.troupe.deploy.settings.SettingReference} first.
 */
package io.troupe.deploy.settings;
