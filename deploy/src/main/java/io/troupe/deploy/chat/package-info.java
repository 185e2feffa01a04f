/**
 * Conversations with a model on disk: {@link io.troupe.deploy.chat.ChatSession} keeps the messages
 * and decodes answers, {@link io.troupe.deploy.chat.InteractiveChat} reads messages and prints
 * answers as they are decoded.
 */
package io.troupe.deploy.chat;
