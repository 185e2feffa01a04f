/**
 * From the command line to the configuration of a run. Every key of a configuration record is an
 * option: {@link io.troupe.deploy.settings.SettingFlags} declares the options, {@link
 * io.troupe.deploy.settings.SettingLayers} merges options, file, preset and defaults. Read {@link
 * io.troupe.protocols.config.Key} first.
 */
package io.troupe.deploy.settings;
