/**
 * Shows a run while it is in progress: {@link io.troupe.deploy.view.TerminalView} redraws a few
 * lines in place, {@link io.troupe.deploy.view.LineView} prints single lines if there is no
 * terminal, {@link io.troupe.deploy.view.JsonView} prints a JSON object per event. All of them
 * implement {@link io.troupe.deploy.view.RunView}.
 */
package io.troupe.deploy.view;
