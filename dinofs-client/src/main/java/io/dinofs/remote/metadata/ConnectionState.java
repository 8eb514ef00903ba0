package io.dinofs.remote.metadata;

import io.dinofs.model.CommitNumber;
import java.time.Duration;
import java.util.Optional;

/**
 * How the connection to a metadata server is.
 *
 * @param connected whether there is one now
 * @param newest the newest commit that the subscriber was told of; NONE if there is no subscriber
 * @param lagCommits how many commits, by their numbers, the subscriber was told of and has not
 *     applied yet
 * @param lag since when the server has not confirmed that this node was told of everything: what it
 *     shows is no older. Empty before the first time. A third of a lease and less is nothing
 *     unusual
 * @param reconnects how often the connection broke and was made anew
 * @param locks how many locks this node holds
 */
public record ConnectionState(
    boolean connected,
    CommitNumber newest,
    long lagCommits,
    Optional<Duration> lag,
    long reconnects,
    int locks) {}
