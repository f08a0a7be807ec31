#!/usr/bin/env bash
# Runs a pipeline on Slurm: an array of jobs shares the work, and a job after them writes the
# reports. Jobs of nodes that fail are requeued and go on where they stopped.
#
#     pipelines/cluster/slurm.sh PIPELINE JOBS [FLAGS OF ENGRAPH RUN...]
#
# The folder must be on a file system that all nodes share. CPUS (1) and MEMORY (1G) are what each
# job asks for; `engraph plan PIPELINE --json` says what results take.
set -euo pipefail
pipeline=$1 jobs=$2
shift 2
run=$(printf '%q ' "${ENGRAPH:-engraph}" run "$pipeline" "$@")
share="$run --quiet --jobs ${CPUS:-1} --shard \$SLURM_ARRAY_TASK_ID/$jobs"
array=$(sbatch --parsable --requeue --job-name=engraph --array="1-$jobs" \
  --cpus-per-task="${CPUS:-1}" --mem="${MEMORY:-1G}" --wrap "$share")
sbatch --parsable --requeue --job-name=engraph-report --dependency="afterok:$array" \
  --cpus-per-task="${CPUS:-1}" --mem="${MEMORY:-1G}" --wrap "$run"
