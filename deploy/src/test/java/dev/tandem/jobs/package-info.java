/// What is told of jobs, without Kafka.
@NullMarked
package dev.tandem.jobs;

import org.jspecify.annotations.NullMarked;
