// Runs a pipeline with Nextflow: as many tasks as --shards, then the reports. Untried: it is written
// from Nextflow's documentation and has not been run.
//
//     nextflow run pipelines/cluster/main.nf --pipeline mine.toml --shards 10
params.pipeline = 'celegans'
params.shards = 4

process share {
    input: val index
    output: val index
    script: "cd ${launchDir} && engraph run ${params.pipeline} --quiet --shard ${index}/${params.shards}"
}

process report {
    input: val shares
    script: "cd ${launchDir} && engraph run ${params.pipeline} --quiet"
}

workflow {
    Channel.of(1..params.shards) | share | collect | report
}
