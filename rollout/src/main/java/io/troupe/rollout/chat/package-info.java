/**
 * Conversations and the text that a model reads for them. A {@link
 * io.troupe.rollout.chat.Conversation} is rendered by a {@link
 * io.troupe.rollout.chat.ConversationRenderer}, which applies the chat template of the model.
 */
package io.troupe.rollout.chat;
