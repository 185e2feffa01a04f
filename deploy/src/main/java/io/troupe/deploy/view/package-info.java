/**
 * What one sees of a run while it goes on: {@link io.troupe.deploy.view.TerminalView} redraws a few
 * lines in place, {@link io.troupe.deploy.view.LineView} prints a line now and then where there is
 * no terminal, {@link io.troupe.deploy.view.JsonView} prints a JSON object per event. All of them
 * watch the run as {@link io.troupe.deploy.view.RunView}s.
 */
package io.troupe.deploy.view;
