/** The actions of DoAction: {@link io.troupe.streams.flight.action.Actions}. */
package io.troupe.streams.flight.action;
