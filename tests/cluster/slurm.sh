#!/usr/bin/env bash
# Starts a Slurm controller and two nodes on this machine, with all of their files in a folder.
#
#     tests/cluster/slurm.sh start FOLDER     prints nothing; SLURM_CONF is FOLDER/slurm.conf
#     tests/cluster/slurm.sh stop FOLDER
#
# Needs root, and `slurm-wlm` and `munge` from the distribution.
set -euo pipefail
folder=$(realpath "$2")
export SLURM_CONF="$folder/slurm.conf"
node() { slurmd -N "$1" -f "$SLURM_CONF"; }
case $1 in
  start)
    mkdir -p "$folder"/{state,spool} /run/munge
    chown munge: /run/munge
    [ -e /etc/munge/munge.key ] || { head -c 1024 /dev/urandom > /etc/munge/munge.key; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
    pgrep -x munged > /dev/null || runuser -u munge -- munged
    cat > "$SLURM_CONF" << CONF
ClusterName=engraph
SlurmctldHost=$(hostname -s)(127.0.0.1)
AuthType=auth/munge
SlurmUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
SlurmctldPort=16817
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
SlurmdTimeout=10
KillWait=2
SchedulerParameters=sched_interval=1,batch_sched_delay=1
RequeueExit=
NodeName=one,two NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=[16818-16819] CPUs=1 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP
CONF
    sed -i '/^RequeueExit/d' "$SLURM_CONF"
    slurmctld -f "$SLURM_CONF"
    node one
    node two
    ;;
  node) node "$3" ;;
  stop)
    pkill -F "$folder/slurmctld.pid" || true
    for name in one two; do pkill -F "$folder/$name.pid" || true; done
    ;;
esac
